import { ScmError, type CallContext, type PullRef, type RemoteOf, type RepoRef } from "../forge.ts";
import type { GitlabClient } from "./gitlab-client.ts";

/** A project at GitLab, and how it is asked about. */
export interface ProjectPlace {
  readonly client: GitlabClient;
  /** The project's id: it stays when the project is renamed. */
  readonly project: string;
  readonly signal: AbortSignal;
}

export interface Place extends ProjectPlace {
  /** The id of the user whose token we have. */
  self(): Promise<number>;
}

export interface PullPlace extends Place {
  readonly number: number;
}

interface Finding {
  readonly client: GitlabClient;
  readonly remoteOf: RemoteOf;
  readonly self: (signal: AbortSignal) => Promise<number>;
}

/** Where a rig's repository is. */
export async function placeOf(
  { client, remoteOf, self }: Finding,
  repo: RepoRef,
  { signal }: CallContext,
): Promise<Place> {
  const { remoteId } = await remoteOf(repo);
  return { client, project: remoteId, signal, self: () => self(signal) };
}

export async function pullPlaceOf(finding: Finding, pull: PullRef, context: CallContext): Promise<PullPlace> {
  return { ...(await placeOf(finding, pull, context)), number: pull.number };
}

/** The path of a merge request, and of what belongs to it. */
export function requestPath({ project, number }: PullPlace, ...rest: string[]): (string | number)[] {
  return ["projects", project, "merge_requests", number, ...rest];
}

/** What `read` answers; null when it is not there. */
export async function unlessGone<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ScmError && error.kind === "gone") return null;
    throw error;
  }
}
