import type { z } from "zod";
import { ScmError } from "../forge.ts";
import * as shapes from "./gitlab-shapes.ts";
import { requestPath, unlessGone, type Place, type ProjectPlace, type PullPlace } from "./place.ts";

/** Everything that was read of one merge request, in GitLab's words. */
export interface RequestReading {
  readonly project: shapes.GitlabProject;
  readonly request: shapes.GitlabRequestState;
  readonly self: number;
  /** The commit at the tip of the target branch; null when it is gone. */
  readonly base: string | null;
  readonly approvals: shapes.GitlabApprovals;
  readonly reviewers: readonly shapes.GitlabReviewer[];
  readonly discussions: { readonly items: readonly shapes.GitlabDiscussion[]; readonly complete: boolean };
  readonly headSince: string | null;
  readonly pipeline: shapes.GitlabPipeline | null;
  readonly statuses: { readonly items: readonly shapes.GitlabStatus[]; readonly complete: boolean };
  readonly external: readonly shapes.GitlabExternalCheck[] | null;
  /** Its state on a merge train; null when it is on none. */
  readonly train: string | null;
}

export async function readProject({ client, project, signal }: Place): Promise<shapes.GitlabProject> {
  return client.read({ operation: "get project", path: ["projects", project], signal }, shapes.projectShape);
}

/** The merge request alone. Reading it makes GitLab find out whether it can be merged, if it has not. */
export async function readState(at: PullPlace): Promise<shapes.GitlabRequestState> {
  const { client, signal } = at;
  const query = { include_diverged_commits_count: true };
  return client.read({ operation: "get merge request", path: requestPath(at), query, signal }, shapes.requestShape);
}

const nothing: Omit<RequestReading, "request" | "project" | "self" | "base"> = {
  approvals: { approved_by: [] },
  reviewers: [],
  discussions: { items: [], complete: true },
  headSince: null,
  pipeline: null,
  statuses: { items: [], complete: true },
  external: [],
  train: null,
};

/**
 * Reads a merge request and all that its one word can hide: approvals, reviewers, discussions, the pipeline's jobs. What cannot say
 * anything is not asked for, and of one that has ended nothing more than that.
 */
export async function readRequest(at: PullPlace, projectRead: Promise<shapes.GitlabProject>): Promise<RequestReading> {
  const [request, project, self] = await Promise.all([readState(at), projectRead, at.self()]);
  const base = await readTip(at, request.target_branch);
  if (request.state === "closed" || request.state === "merged") return { ...nothing, request, project, self, base };
  const [approvals, reviewers, pipeline, external, train] = await Promise.all([
    readApprovals(at),
    request.reviewers.length === 0 ? [] : readReviewers(at),
    readPipeline(at, request),
    readExternal(at, request),
    project.merge_trains_enabled === true ? readTrain(at) : null,
  ]);
  const objected = reviewers.some((reviewer) => reviewer.state === "requested_changes");
  const [statuses, discussions, headSince] = await Promise.all([
    pipeline === null ? nothing.statuses : readStatuses(at, pipeline),
    request.user_notes_count === 0 && !objected ? nothing.discussions : readDiscussions(at),
    objected || approvals.approved_by.length > 0 ? readHeadSince(at, request) : null,
  ]);
  return {
    project,
    request,
    self,
    base,
    approvals,
    reviewers,
    discussions,
    headSince,
    pipeline,
    statuses,
    external,
    train,
  };
}

/** The commit at the tip of a branch; null when there is no such branch. */
export async function readTip({ client, project, signal }: ProjectPlace, branch: string): Promise<string | null> {
  const path = ["projects", project, "repository", "branches", branch];
  const found = await unlessGone(client.read({ operation: "get branch", path, signal }, shapes.branchShape));
  return found?.commit.id ?? null;
}

function readApprovals(at: PullPlace): Promise<shapes.GitlabApprovals> {
  return read(at, "approvals", shapes.approvalsShape);
}

async function readReviewers(at: PullPlace): Promise<shapes.GitlabReviewer[]> {
  return (await list(at, "reviewers", shapes.reviewerShape)).items;
}

/** All discussions with all their notes, in GitLab's order: oldest first. */
export function readDiscussions(at: PullPlace): Promise<{ items: shapes.GitlabDiscussion[]; complete: boolean }> {
  return list(at, "discussions", shapes.discussionShape);
}

/** When the head was pushed, as far as the newest versions say. */
async function readHeadSince(at: PullPlace, { sha }: shapes.GitlabRequestState): Promise<string | null> {
  const versions = await read(at, "versions", shapes.versionShape.array());
  return versions.find((version) => version.head_commit_sha === sha)?.created_at ?? null;
}

/**
 * The pipeline of this very head. GitLab tells the last one there was, which may be of the head before; and one for merged results
 * runs on a commit of GitLab's own, whose parents the head is among.
 */
export async function readPipeline(at: Place, { head_pipeline: last, sha }: shapes.GitlabRequestState) {
  if (last === null || last === undefined) return null;
  if (last.sha === sha) return last;
  if (!/^refs\/merge-requests\/\d+\/merge$/.test(last.ref)) return null;
  const path = ["projects", at.project, "repository", "commits", last.sha];
  const asked = { operation: "get commit", path, signal: at.signal };
  const commit = await unlessGone(at.client.read(asked, shapes.commitShape));
  return sha !== null && sha !== undefined && commit?.parent_ids.includes(sha) === true ? last : null;
}

/** The jobs of a pipeline, and what others have posted to it. */
export async function readStatuses(
  { client, project, signal }: Place,
  pipeline: shapes.GitlabPipeline,
): Promise<RequestReading["statuses"]> {
  const path = ["projects", project, "repository", "commits", pipeline.sha, "statuses"];
  const query = { pipeline_id: pipeline.id };
  const listed = client.list({ operation: "list statuses", path, query, signal }, shapes.statusShape);
  // The pipeline of a fork runs in the fork, and its commit may not be here: then the pipeline speaks for its jobs.
  const { items, complete } = (await unlessGone(listed)) ?? { items: [], complete: false };
  // Versions that do not know the parameter tell those of all pipelines.
  return { items: items.filter(({ pipeline_id: of }) => (of ?? pipeline.id) === pipeline.id), complete };
}

const externalWords: ReadonlySet<string> = new Set(["status_checks_must_pass", "external_status_checks"]);

/** External status checks when they are what is in the way; null when our token may not see them. */
async function readExternal(at: PullPlace, { detailed_merge_status: word = "" }: shapes.GitlabRequestState) {
  if (!externalWords.has(word)) return [];
  try {
    return (await list(at, "status_checks", shapes.externalCheckShape)).items;
  } catch (error) {
    if (error instanceof ScmError && ["gone", "denied"].includes(error.kind)) return null;
    throw error;
  }
}

const onTrain: ReadonlySet<string> = new Set(["idle", "fresh", "stale", "merging"]);

async function readTrain(at: PullPlace): Promise<string | null> {
  const { client, project, number, signal } = at;
  const path = ["projects", project, "merge_trains", "merge_requests", number];
  const found = await unlessGone(client.read({ operation: "get train car", path, signal }, shapes.trainShape));
  return found !== null && onTrain.has(found.status) ? found.status : null;
}

function read<T extends z.ZodType>(at: PullPlace, what: string, shape: T): Promise<z.infer<T>> {
  return at.client.read({ operation: `get ${what}`, path: requestPath(at, what), signal: at.signal }, shape);
}

function list<T extends z.ZodType>(at: PullPlace, what: string, item: T) {
  return at.client.list({ operation: `list ${what}`, path: requestPath(at, what), signal: at.signal }, item);
}
