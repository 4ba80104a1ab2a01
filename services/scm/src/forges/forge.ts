import type { Snapshot } from "../domain/snapshot.ts";

/** Where a rig's repository is, whatever the forge calls it. */
export interface RepoRef {
  readonly town: string;
  readonly rig: string;
}
export interface PullRef extends RepoRef {
  readonly number: number;
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
  constructor(kind: ScmError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
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

/** What became of opening a pull request. */
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
  ): Promise<{ defaultBranch: string; head: string }>;
  /** The branch exists: made at the tip of `from` if it did not, else left as it is. */
  createBranch(repo: RepoRef, branch: { name: string; from: string }, context: CallContext): Promise<void>;
  /** Nothing of ours is left of the repository; it may be gone already. */
  removeRepo(repo: RepoRef, context: CallContext): Promise<void>;
  openPr(pull: PullDraft, context: CallContext): Promise<OpenOutcome>;
  /** One reading of everything a decision needs. */
  getSnapshot(pull: PullRef, context: CallContext): Promise<Snapshot>;
  setDraft(pull: PullRef, draft: boolean, context: CallContext): Promise<void>;
  closePr(pull: PullRef, reason: string, context: CallContext): Promise<void>;
  addReview(pull: PullRef, review: ReviewDraft, context: CallContext): Promise<void>;
  /** Merges exactly `expectedHead`, or says why not. Never tries twice. */
  merge(request: MergeRequest, context: CallContext): Promise<MergeOutcome>;
  /** The branch does not exist, if it still was at this commit and no open pull request needs it. */
  deleteBranch(pull: PullRef, expectedHead: string, context: CallContext): Promise<void>;
  /** A credential for this one repository that ends by itself. */
  mintRepoToken(repo: RepoRef & { createdAt: Date }, holder: { agent: string; write: boolean }): RepoToken;
  /** Where people clone from. */
  cloneUrl(repo: RepoRef): string;
  /** Where agents clone from and push to, with a token; they may be in another network than people. */
  agentUrl(repo: RepoRef): string;
  /** Where a person, or a refinery, reads a pull request. */
  pullUrl(pull: PullRef): string;
}
