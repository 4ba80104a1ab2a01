import type { Snapshot } from "../domain/snapshot.ts";

/** Where a rig's repository is, whatever the forge calls it. */
export interface RepoRef {
  readonly town: string;
  readonly rig: string;
}
export interface PullRef extends RepoRef {
  readonly number: number;
}

/** How a forge calls a rig's repository (`acme/app`); null on the local forge, and until it is registered. */
export interface Remote {
  readonly remote: string | null;
}

/** How a forge finds the repository of a rig it was registered for. Throws `ScmError` gone when there is no such rig. */
export type RemoteOf = (repo: RepoRef) => Promise<{
  /** As the forge last called it: it can be renamed. */
  readonly remote: string;
  /** The forge's stable id, as text. */
  readonly remoteId: string;
  /** GitHub's installation of our App; null without one. */
  readonly installation: string | null;
}>;

/** A repository that can be used. What a forge of its own calls it is not said by the local one. */
export interface RegisteredRepo {
  readonly defaultBranch: string;
  /** The default branch's tip. */
  readonly head: string;
  readonly remote?: string;
  readonly remoteId?: string;
  readonly installation?: string | null;
}

/** What a forge can do, so that the service asks for nothing else. */
interface ForgeCapabilities {
  readonly draft: boolean;
  readonly mergeQueue: boolean;
  readonly threads: boolean;
  /** A merge is refused by the forge itself when the head is another than expected. */
  readonly atomicHeadCheck: boolean;
  /** Checks are run by us on the head commit; else the forge has its own. */
  readonly runsChecks: boolean;
  /** How long after a merge with an unknown outcome an open pull request proves that it did not happen (scm §2.3 step 8). */
  readonly readBackMs: number;
  /** A branch that is behind can be brought up to date by the forge. */
  readonly updateBranch: boolean;
  /** The forge can be asked to merge by itself once its rules are met. */
  readonly autoMerge: boolean;
  /** Our explaining status can be put on a head. */
  readonly reportStatus: boolean;
  /** Reading costs nothing and is always fresh: every look reads. Else readings are sparing, and kept. */
  readonly cheapReads: boolean;
  /** An approval that a person gives through us is that person's. Else people approve on the forge itself (scm §0.12). */
  readonly takesApprovals: boolean;
  /** How long nothing else is merged into a base after a merge, in milliseconds (scm §2.3 step 9). */
  readonly pauseAfterMergeMs: number;
}

export interface CallContext {
  readonly signal: AbortSignal;
}

/**
 * Why a call to a forge did not do what was asked (scm §8). `unknown_outcome`: it may have; read back, never repeat.
 * `invalid`: it cannot succeed as asked; the message says what to do instead.
 */
export class ScmError extends Error {
  override readonly name = "ScmError";
  readonly kind: "rate" | "denied" | "gone" | "conflict" | "invalid" | "unavailable" | "unknown_outcome";
  /** How long the forge wants to be left alone, in milliseconds; null when it does not say. */
  readonly retryAfterMs: number | null;
  constructor(kind: ScmError["kind"], message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }
  /** It may work later, as it is. */
  get mayPass(): boolean {
    return this.kind === "unavailable" || this.kind === "unknown_outcome" || this.kind === "rate";
  }
}

/** A pull request that is to exist. The same `id` twice is one pull request. */
export interface PullDraft extends RepoRef {
  readonly id: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

export interface ReviewDraft {
  /** The same id twice is one review. */
  readonly id: string;
  readonly reviewer: string;
  readonly verdict: "approve" | "request_changes" | "comment";
  readonly body: string;
  readonly commit: string;
}

export interface MergeRequest {
  readonly pull: PullRef;
  readonly expectedHead: string;
  readonly method: string;
  readonly title: string;
  readonly body: string;
}

/** What a batched reading found of one pull request; an error that is about all of them is thrown. */
export type Reading =
  | { readonly number: number; readonly snapshot: Snapshot }
  | { readonly number: number; readonly error: ScmError };

/** What became of opening a pull request. `opened`: also when there was one of this head and base already. */
export type OpenOutcome =
  | { readonly outcome: "opened"; readonly number: number }
  /** This branch is not in the repository (yet). */
  | { readonly outcome: "missing"; readonly branch: string }
  /** The base has all of the head. */
  | { readonly outcome: "nothing_to_merge" };

/** What became of a merge. Everything else is thrown as `ScmError`. */
export type MergeOutcome =
  | { readonly outcome: "merged"; readonly sha: string }
  | { readonly outcome: "refused"; readonly message: string }
  | { readonly outcome: "head_moved" }
  | { readonly outcome: "base_moved" };

interface EnqueueRequest {
  readonly pull: PullRef;
  readonly expectedHead: string;
}
export type EnqueueOutcome =
  | { readonly outcome: "enqueued"; readonly position: number | null }
  | { readonly outcome: "refused"; readonly message: string }
  | { readonly outcome: "head_moved" };

/** `accepted`: the new head is seen by a later reading. */
export type UpdateOutcome =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "head_moved" }
  | { readonly outcome: "refused"; readonly message: string };

export interface AutoMergeRequest {
  readonly pull: PullRef;
  readonly expectedHead: string;
  readonly method: string;
  readonly on: boolean;
}

/** What is to be changed; absent: left as it is. */
export interface PullWords {
  readonly title?: string;
  readonly body?: string;
}

interface ThreadComment {
  readonly author: string;
  readonly bot: boolean;
  readonly body: string;
  readonly url: string;
}

export interface ReviewThread {
  readonly id: string;
  readonly resolved: boolean;
  /** The lines it is about have changed since. */
  readonly outdated: boolean;
  readonly file: string | null;
  readonly line: number | null;
  /** Oldest first. */
  readonly comments: readonly ThreadComment[];
}

export interface FailedCheck {
  readonly id: string;
  readonly name: string;
  readonly url: string | null;
  /** The end of its log; empty when the forge has none for us. */
  readonly log: string;
}

export interface StatusReport {
  readonly head: string;
  /** `success` when nothing hinders the merge; `pending` while somebody is awaited; `failure` when its author has to act. */
  readonly state: "success" | "pending" | "failure";
  readonly title: string;
  readonly summary: string;
}

interface RepoToken {
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
}

/**
 * A forge, as far as the service needs one (scm §8). All calls may be repeated: they say what is to be true. They throw
 * `ScmError` and nothing else that is expected.
 */
export interface Forge {
  readonly provider: string;
  capabilities(): ForgeCapabilities;
  /** The repository exists and has this default branch (null: the one it has). Answers the branch and its tip. */
  registerRepo(
    repo: RepoRef,
    wish: { source: string; defaultBranch: string | null },
    context: CallContext,
  ): Promise<RegisteredRepo>;
  /** The branch exists: made at the tip of `from` if it did not, else left as it is. */
  createBranch(repo: RepoRef, branch: { name: string; from: string }, context: CallContext): Promise<void>;
  /** Nothing of ours is left of the repository; it may be gone already. */
  removeRepo(repo: RepoRef, context: CallContext): Promise<void>;
  openPr(pull: PullDraft, context: CallContext): Promise<OpenOutcome>;
  /** One reading of everything a decision needs. */
  getSnapshot(pull: PullRef, context: CallContext): Promise<Snapshot>;
  /** Readings of up to 25 pull requests of one repository, in as few requests as the forge has them in; one for each number. */
  getSnapshots(repo: RepoRef, numbers: readonly number[], context: CallContext): Promise<readonly Reading[]>;
  /** Whether all of this commit is in the base branch of the pull request now. */
  isContained(pull: PullRef, commit: string, context: CallContext): Promise<boolean>;
  setDraft(pull: PullRef, draft: boolean, context: CallContext): Promise<void>;
  closePr(pull: PullRef, reason: string, context: CallContext): Promise<void>;
  addReview(pull: PullRef, review: ReviewDraft, context: CallContext): Promise<void>;
  /** Merges exactly `expectedHead`, or says why not. Never tries twice. */
  merge(request: MergeRequest, context: CallContext): Promise<MergeOutcome>;
  /** The head is in the forge's own merge queue, or the forge says why not. Asked again for one that is in: it stays. */
  enqueue(request: EnqueueRequest, context: CallContext): Promise<EnqueueOutcome>;
  /** The forge was asked to bring the head branch up to date with its base; it does so in its own time. */
  updateBranch(pull: PullRef, expectedHead: string, context: CallContext): Promise<UpdateOutcome>;
  /** The forge merges exactly this head by itself once its rules are met, or does not (`on: false`). */
  setAutoMerge(request: AutoMergeRequest, context: CallContext): Promise<void>;
  /** The forge works out whether the pull request can be merged, if it had not begun to. */
  nudgeMergeability(pull: PullRef, context: CallContext): Promise<void>;
  editPr(pull: PullRef, words: PullWords, context: CallContext): Promise<void>;
  /** These people are asked for their review. */
  requestReview(pull: PullRef, reviewers: readonly string[], context: CallContext): Promise<void>;
  /** All review threads, oldest first, with all their comments. */
  listThreads(pull: PullRef, context: CallContext): Promise<readonly ReviewThread[]>;
  replyThread(pull: PullRef, thread: string, body: string, context: CallContext): Promise<void>;
  resolveThread(pull: PullRef, thread: string, context: CallContext): Promise<void>;
  /** Checks that failed on the head, with the end of their logs (at most 200 lines each). */
  listFailedChecks(pull: PullRef, context: CallContext): Promise<readonly FailedCheck[]>;
  /** Our explaining status on this head says this; it takes no part in the checks of a snapshot. */
  reportStatus(pull: PullRef, status: StatusReport, context: CallContext): Promise<void>;
  /** The head branch does not exist, if it still was at this commit, all of that is in the base, and no open pull request needs it. */
  deleteBranch(pull: PullRef, expectedHead: string, context: CallContext): Promise<void>;
  /** A credential for this one repository that ends by itself. */
  mintRepoToken(
    repo: RepoRef & { createdAt: Date },
    holder: { agent: string; write: boolean },
    context: CallContext,
  ): Promise<RepoToken>;
  /** Where people clone from. */
  cloneUrl(repo: RepoRef & Remote): string;
  /** Where agents clone from and push to, with a token; they may be in another network than people. */
  agentUrl(repo: RepoRef & Remote): string;
  /** Where a person, or a refinery, reads a pull request. */
  pullUrl(pull: PullRef & Remote): string;
  /** The number of the pull request that this URL shows, if it is one of this repository; else null. */
  numberOf(url: string, repo: RepoRef & Remote): number | null;
}
