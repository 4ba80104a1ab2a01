import type { GitRepo } from "../github-double/ports.ts";

/** GitLab's roles, as numbers (docs: members, "Roles"). */
export const roles = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const;

export interface Person {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly bot: boolean;
}

/** A credential. `project` null: all its person may reach. */
export interface Token {
  readonly value: string;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly project: number | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a project's owner sets; as in `GET /projects/:id`. */
export interface ProjectSettings {
  mergeMethod: "merge" | "rebase_merge" | "ff";
  squashOption: "never" | "always" | "default_on" | "default_off";
  pipelineMustSucceed: boolean;
  skippedPipelineIsSuccess: boolean;
  discussionsMustBeResolved: boolean;
  /** Premium. */
  mergeTrains: boolean;
  /** Premium: of anybody who may approve. Null: the free tier, where nothing is told of it. */
  approvalsRequired: number | null;
  /** Premium; on by default there. */
  resetApprovalsOnPush: boolean;
  /** Premium: a request for changes is in the way of merging. */
  requestedChangesBlock: boolean;
  /** Free of charge on one's own server; on gitlab.com with Premium. */
  projectTokens: boolean;
  archived: boolean;
  /** The least role that may merge and push into the default branch. */
  protectedRole: number;
}

export interface Note {
  readonly id: number;
  readonly author: Person;
  body: string;
  readonly system: boolean;
  readonly resolvable: boolean;
  resolved: boolean;
  readonly createdAt: number;
  updatedAt: number;
  position: NotePosition | null;
}

export interface NotePosition {
  readonly baseSha: string;
  readonly headSha: string;
  readonly path: string;
  readonly line: number;
}

export interface Discussion {
  readonly id: string;
  /** A single comment, that nobody can resolve. */
  readonly individual: boolean;
  readonly notes: Note[];
}

export type ReviewerState =
  | "unreviewed"
  | "reviewed"
  | "requested_changes"
  | "approved"
  | "unapproved"
  | "review_started";

interface Reviewer {
  readonly person: Person;
  state: ReviewerState;
  readonly createdAt: number;
}

export type JobStatus = "created" | "pending" | "running" | "success" | "failed" | "canceled" | "skipped" | "manual";

/** A job of a pipeline, or a status somebody posted (`external`). */
export interface Job {
  readonly id: number;
  readonly name: string;
  status: JobStatus;
  readonly allowFailure: boolean;
  readonly external: boolean;
  description: string | null;
  trace: string;
}

export interface Pipeline {
  readonly id: number;
  /** What it runs on: the head, or GitLab's own commit of what merging it would come to. */
  readonly sha: string;
  /** The head it is for. */
  readonly head: string;
  readonly ref: string;
  readonly jobs: Job[];
  readonly createdAt: number;
}

export interface MergeRequest {
  readonly id: number;
  readonly iid: number;
  readonly author: Person;
  title: string;
  description: string;
  state: "opened" | "closed" | "merged" | "locked";
  readonly sourceBranch: string;
  targetBranch: string;
  /** The head of its newest version; stays when the branch goes. */
  sha: string;
  readonly versions: { readonly id: number; readonly head: string; readonly createdAt: number }[];
  mergeStatus: "preparing" | "unchecked" | "checking" | "can_be_merged" | "cannot_be_merged";
  readonly reviewers: Reviewer[];
  /** Who, and when. */
  readonly approvals: Map<Person, number>;
  readonly discussions: Discussion[];
  /** Who set it to be merged by GitLab itself. */
  autoMerge: { readonly by: Person; readonly squash: boolean } | null;
  train: "idle" | "fresh" | null;
  /** Something else that GitLab says is in the way (`merge_time`, `locked_paths`, or a word of tomorrow). */
  otherBlock: string | null;
  mergeCommitSha: string | null;
  squashCommitSha: string | null;
  rebasing: boolean;
  mergeError: string | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Hook {
  readonly id: number;
  url: string;
  token: string;
  events: readonly HookKind[];
  failuresInARow: number;
  disabledUntil: number | null;
}
export type HookKind = "push" | "merge_requests" | "note" | "pipeline";

/** One delivery of a hook, as `GET /projects/:id/hooks/:hook_id/events` tells it. */
export interface HookEvent {
  readonly id: number;
  readonly hook: number;
  readonly trigger: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** As text; "internal error" when nobody answered. */
  responseStatus: string;
  readonly at: number;
}

export interface Project {
  readonly id: number;
  /** `acme/app`. */
  path: string;
  readonly defaultBranch: string;
  readonly git: GitRepo;
  readonly settings: ProjectSettings;
  readonly members: Map<Person, number>;
  readonly mergeRequests: MergeRequest[];
  readonly pipelines: Pipeline[];
  readonly hooks: Hook[];
  readonly hookEvents: HookEvent[];
}

/** Switches of what goes wrong. Counters count down; null and 0 mean that nothing does. */
export interface GitlabFaults {
  /** So many merges happen and are answered with 500. */
  errorAfterMerge: number;
  /** So many merges do not happen and are answered with 500. */
  errorBeforeMerge: number;
  /** So many merges happen, and the connection is cut instead of an answer. */
  resetAfterMerge: number;
  /** So many calls are one too many. */
  limit: { times: number; readonly retryAfterSeconds: number } | null;
  /** So many calls are answered by this status, without effect. `route`: a part of the route's name. */
  failures: { times: number; readonly status: number; readonly route?: string } | null;
  /** Called once, after a merge was asked for and before it is judged. */
  beforeMerge: (() => void | Promise<void>) | null;
  /** So many deliveries of hooks are lost. */
  lostDeliveries: number;
}

/** One API call as it was answered. */
export interface GitlabCall {
  readonly at: number;
  /** `PUT /projects/:id/merge_requests/:merge_request_iid/merge`, or `git-receive-pack`. */
  readonly route: string;
  readonly mutation: boolean;
  readonly status: number;
  readonly caller: string | null;
}

export interface GitlabDoubleOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Milliseconds since the epoch. Default: the real ones. */
  readonly clock?: () => number;
  /** From the first ask whether it can be merged to the answer; default 0. */
  readonly mergeabilityMs?: number;
}
