import type { PullRef, PullWords, RepoRef, ReviewDraft } from "../forge.ts";
import type { GivenReview } from "./opinions.ts";

/** A pull request of the local forge, as its tables hold it. */
export interface LocalPull {
  readonly status: "open" | "closed" | "merged";
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly head: string;
  readonly base: string;
  readonly headCommit: string;
  /** The merge, when it was seen before. */
  readonly mergeCommit: string | null;
  /** The last head that was not yet all in the base: when it is later, somebody brought it there. */
  readonly mergeableHead: string | null;
  /** Heads whose merge was begun and whose outcome is not stored. */
  readonly attemptedHeads: readonly string[];
  readonly reviews: readonly GivenReview[];
  readonly checks: readonly LocalCheck[];
  readonly requiredApprovals: number;
  /** Names of the checks a head must pass. */
  readonly requiredChecks: readonly string[];
}

export interface LocalCheck {
  readonly name: string;
  readonly commit: string;
  readonly state: "queued" | "running" | "success" | "failure" | "timed_out" | "error";
  readonly log: string;
}

/** The tables of the local forge: what GitHub keeps for us elsewhere. Implemented in store/. */
export interface LocalLedger {
  /** The pull request has a number of its own in its repository; the same one each time. */
  open(id: string, headCommit: string): Promise<number>;
  read(pull: PullRef): Promise<LocalPull | null>;
  setDraft(pull: PullRef, draft: boolean): Promise<void>;
  edit(pull: PullRef, words: PullWords): Promise<void>;
  close(pull: PullRef, reason: string): Promise<void>;
  addReview(pull: PullRef, review: ReviewDraft): Promise<void>;
  /** Another open pull request merges this branch, or merges into it. */
  branchInUse(pull: PullRef, branch: string): Promise<boolean>;
  /** A repository that can be used, with its default branch and when it was registered; null when it is none. */
  usable(repo: RepoRef): Promise<{ defaultBranch: string; registeredAt: number } | null>;
  /** Branches may have moved: the repository's pull requests are to be looked at. */
  markPushed(repo: RepoRef): Promise<void>;
}
