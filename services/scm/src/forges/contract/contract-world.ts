import type { Forge, PullDraft, PullRef, RepoRef, ReviewDraft } from "../forge.ts";

/** What a world has, beyond what every forge has; cases that need more are left out for it. */
export interface Abilities {
  /** The forge itself refuses a merge that breaks a rule; else the rules are ours and `derive` keeps them. */
  readonly rules: boolean;
  /** Review threads, which can be required to be resolved. */
  readonly threads: boolean;
  /** Checks that are not required. */
  readonly optionalChecks: boolean;
  /** A base can demand that heads are up to date with it, and the forge can update them. */
  readonly behind: boolean;
  readonly autoMerge: boolean;
  readonly mergeQueue: boolean;
  readonly reportStatus: boolean;
  readonly reviewRequests: boolean;
  /** It is reached over a network, can be overloaded, and can fail halfway. */
  readonly remote: boolean;
}

/** How one forge is made for the contract suite: a real one of ours, or an adapter with the DOUBLE of what it talks to. */
export interface ContractForge {
  readonly name: string;
  readonly able: Abilities;
  /** Servers that it needs run in hooks of the calling file. */
  open(): Promise<ContractWorld>;
}

/** A forge, and the hands of the people and machines that use it beside us. */
export interface ContractWorld {
  readonly forge: Forge;
  /** A repository of its own with `readme.md` and `src/app.txt` (lines 1 to 9) on `main`. */
  repository(options?: RepositoryWish): Promise<ContractRepo>;
  readonly remote: RemoteFaults | null;
  close(): Promise<void>;
}

interface RepositoryWish {
  /** False: nobody has registered it with the forge. Default true. */
  readonly register?: boolean;
  /** It can be cloned and pushed to by a real git, where that is not so of all. */
  readonly cloned?: boolean;
}

/** What can happen to a forge that is somewhere else. */
export interface RemoteFaults {
  /** The same forge, where nobody listens. */
  readonly unreachable: Forge;
  /** The next merge happens and is answered with an error. */
  failAfterMerge(): void;
  /** The next merge does not happen and is answered with an error. */
  failBeforeMerge(): void;
  /** The next call is refused for being one too many. */
  limitNext(seconds: number): void;
  /** How many merges the forge was asked for since it was last asked this. */
  mergeCalls(): number;
  /** Runs once, when the next merge was asked for and is not judged yet. */
  beforeMerge(act: () => Promise<void>): void;
}

interface CheckWish {
  readonly name: string;
  readonly required: boolean;
  readonly state: "green" | "red" | "pending";
  readonly log?: string;
}

interface ThreadWish {
  readonly by: string;
  readonly body: string;
  readonly file: string;
  readonly line: number;
}

/** A pull request as a person sees it. */
export interface SeenPull {
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly state: "open" | "closed" | "merged";
  /** Everything anybody wrote to it, reviews too. */
  readonly texts: readonly string[];
  /** Who is asked for a review. */
  readonly reviewers: readonly string[];
}

/** One repository, its people and its rules. People are "ann" and "bob"; both may write. */
export interface ContractRepo {
  readonly ref: RepoRef & { readonly createdAt: Date };
  /** What a rig names as its source. */
  readonly source: string;
  /** What the forge calls it. */
  readonly remote: string | null;
  /** The name of the check that `requireCheck` makes required. */
  readonly requiredCheck: string;

  /** A commit on top of a branch, made at `from` (main) when it is not there; nobody is told. Answers the commit. */
  push(branch: string, files: Readonly<Record<string, string>>, from?: string): Promise<string>;
  tip(branch: string): Promise<string | null>;
  /** All of `commit` is in the branch. */
  contains(branch: string, commit: string): Promise<boolean>;
  fileOn(branch: string, path: string): Promise<string | null>;

  /** So many people must approve each head of a pull request into main. */
  requireApprovals(count: number): Promise<void>;
  requireCheck(): Promise<void>;
  requireThreads(): Promise<void>;
  requireUpToDate(): Promise<void>;
  requireQueue(): Promise<void>;

  /** What the service stores before it asks the forge to open it. */
  expectPull(draft: PullDraft): Promise<void>;
  /** What the service stores before it gives a review to the forge. */
  expectReview(pull: PullRef, review: ReviewDraft): Promise<void>;

  /** A person's review of the head. */
  review(pull: number, review: { by: string; verdict: ReviewDraft["verdict"]; body: string }): Promise<void>;
  openThread(pull: number, thread: ThreadWish): Promise<void>;
  setCheck(pull: number, check: CheckWish): Promise<void>;
  /** A person merges it, rules or not. Answers the tip of main. */
  mergeAsPerson(pull: number): Promise<string>;
  closeAsPerson(pull: number): Promise<void>;
  seen(pull: number): Promise<SeenPull>;

  /** Our credential may read and no more. */
  withdrawWriting(): Promise<void>;
}

/** One thing every forge does, or every forge that is able to. */
export interface ContractCase {
  readonly name: string;
  readonly needs?: keyof Abilities;
  /** For those that are not able to. */
  readonly lacks?: keyof Abilities;
  readonly run: (world: ContractWorld, able: Abilities) => Promise<void>;
}
