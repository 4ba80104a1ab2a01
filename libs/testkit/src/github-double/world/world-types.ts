import type { GitRepo } from "../ports.ts";
import type { CheckRunState, StatusState } from "./check-types.ts";

export type * from "./check-types.ts";

/** Someone who can own or do something. `Bot` is the App itself: its login ends in `[bot]`. */
export interface Account {
  readonly id: number;
  readonly nodeId: string;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
}

/** What a person may do in a repository; "writers" (scm §1.3) have `write` or more. */
export type RepositoryPermission = "read" | "triage" | "write" | "maintain" | "admin";

export type MergeMethod = "merge" | "squash" | "rebase";

/** How a repository is to be; what is absent has GitHub's default. */
export interface RepositoryWish {
  /** A login; the account is made (an organization) if nobody has it. */
  readonly owner: string;
  readonly name: string;
  /** `memory`: a tiny commit graph, thousands are cheap. `disk`: a real bare repository that can be cloned and pushed to. */
  readonly git?: "memory" | "disk";
  readonly private?: boolean;
  readonly defaultBranch?: string;
  /** The first commit's files, path to text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly mergeMethods?: readonly MergeMethod[];
  readonly autoMerge?: boolean;
  readonly deleteBranchOnMerge?: boolean;
  readonly permissions?: Readonly<Record<string, RepositoryPermission>>;
  /** Who owns which files: the path is a prefix (`src/`), or `*` for all. Stands for `.github/CODEOWNERS`. */
  readonly codeOwners?: readonly CodeOwners[];
  /** A GitHub Enterprise Server with pre-receive hooks: CLEAN reads HAS_HOOKS (scm §1.2). */
  readonly hooks?: boolean;
  /** Which word wins when a pull request is behind and blocked, which nobody documents (scm §9.1 [U]). */
  readonly precedence?: "behind" | "blocked";
  /** The word of a draft: the deprecated value is still in the schema (scm §1.1, §2.2). */
  readonly draftWord?: "DRAFT" | "BLOCKED";
}

export interface CodeOwners {
  readonly path: string;
  readonly owners: readonly string[];
}

export interface RepositoryState {
  readonly id: number;
  readonly nodeId: string;
  owner: string;
  name: string;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  mergeMethods: readonly MergeMethod[];
  autoMerge: boolean;
  deleteBranchOnMerge: boolean;
  hooks: boolean;
  precedence: "behind" | "blocked";
  draftWord: "DRAFT" | "BLOCKED";
  codeOwners: readonly CodeOwners[];
  readonly createdAt: number;
  readonly git: GitRepo;
  readonly permissions: Map<string, RepositoryPermission>;
  /** Rules by exact branch name. */
  readonly rules: Map<string, BranchProtection>;
  readonly pulls: Map<number, PullState>;
  /** By commit, oldest first. */
  readonly checkRuns: Map<string, CheckRunState[]>;
  readonly statuses: Map<string, StatusState[]>;
  /** Commits with a verified signature; all others are unsigned. */
  readonly signed: Set<string>;
  /** Environments a commit was deployed to with success, as `<sha> <environment>`. */
  readonly deployed: Set<string>;
  nextNumber: number;
}

/** What both kinds of rules say of a branch; together, the strictest wins (scm §1.5). */
export interface BranchProtection {
  readonly classic: BranchRules | null;
  readonly ruleset: BranchRules | null;
}

export interface BranchRules {
  /** Approving reviews of writers that are needed; null: reviews are not ruled. */
  readonly requiredApprovals: number | null;
  readonly codeOwnerReview: boolean;
  /** The last push has to be approved by somebody else than who pushed it. */
  readonly lastPushApproval: boolean;
  /** A push that changes the diff takes approvals away. */
  readonly dismissStale: boolean;
  readonly requiredChecks: readonly string[];
  /** The head has to have all of the base ("require branches to be up to date"). */
  readonly strict: boolean;
  readonly conversationResolution: boolean;
  /** The method the queue merges with; null: no queue. */
  readonly mergeQueue: MergeMethod | null;
  readonly signedCommits: boolean;
  readonly linearHistory: boolean;
  /** Methods this branch allows, of those the repository allows; null: all. */
  readonly allowedMethods: readonly MergeMethod[] | null;
  /** Logins that may push (an App by `<slug>[bot]`); null: all writers. */
  readonly pushers: readonly string[] | null;
  readonly locked: boolean;
  readonly requiredDeployments: readonly string[];
  /** Logins the rules do not hold for (an App by `<slug>[bot]`). */
  readonly bypass: readonly string[];
  /** The words of a rule that no API names (scm §2.2 "nothing known"); null: none. */
  readonly unnamed: string | null;
}

export interface PullWish {
  readonly head: string;
  readonly base?: string;
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  /** Who opens it: a login. */
  readonly by?: string;
  /** The login of the fork the head branch is in; absent: the repository itself. */
  readonly fork?: string;
}

export interface PullState {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly repository: RepositoryState;
  readonly author: string;
  readonly createdAt: number;
  title: string;
  body: string;
  draft: boolean;
  state: "OPEN" | "CLOSED" | "MERGED";
  readonly headRef: string;
  /** The owner of the repository with the head branch; another than the repository's is a fork. */
  readonly headOwner: string;
  baseRef: string;
  /** The tip of the head branch; of one that is closed, as it was. */
  headOid: string;
  /** Each head it had, the present one last, with when it became the head. */
  readonly heads: HeadRecord[];
  /** The base's tip when it was merged or closed. */
  closedBaseOid: string | null;
  /** The account whose token pushed the head last; in no field of any API (scm §1.3). */
  lastPusher: string;
  updatedAt: number;
  closedAt: number | null;
  mergedAt: number | null;
  mergedBy: string | null;
  mergeCommit: string | null;
  readonly reviews: ReviewState[];
  /** Who is asked for a review. */
  readonly requests: ReviewRequestState[];
  readonly threads: ThreadState[];
  /** Comments on the pull request itself. */
  readonly comments: CommentState[];
  readonly labels: Set<string>;
  autoMerge: AutoMergeState | null;
  queue: QueueEntryState | null;
  /** What the forge worked out last about conflicts; null before anybody asked. */
  mergeability: MergeabilityState | null;
  /** Place in a stack, 1 at the bottom. */
  stackPosition: number | null;
  /** A stale cached word that reads give instead of the true one (scm §1.2, Kodiak #653); null: none. */
  staleWord: MergeStateWord | null;
}

export type MergeStateWord = "CLEAN" | "HAS_HOOKS" | "UNSTABLE" | "BEHIND" | "BLOCKED" | "DIRTY" | "DRAFT" | "UNKNOWN";

export interface HeadRecord {
  readonly oid: string;
  readonly at: number;
}

export interface MergeabilityState {
  readonly base: string;
  readonly head: string;
  /** When the background job ends (scm §1.8). */
  readonly readyAt: number;
}

export type ReviewVerdict = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
export interface ReviewState {
  readonly id: number;
  readonly nodeId: string;
  readonly author: string;
  state: ReviewVerdict;
  body: string;
  readonly commit: string;
  readonly submittedAt: number;
}
export interface ReviewWish {
  readonly by: string;
  readonly state: ReviewVerdict;
  readonly body?: string;
  /** The commit that was looked at; absent: the head. */
  readonly commit?: string;
}

export interface ReviewRequestState {
  readonly reviewer: string;
  readonly asCodeOwner: boolean;
}

export interface ThreadWish {
  readonly by: string;
  readonly body: string;
  readonly path?: string;
  readonly line?: number;
}
export interface ThreadState {
  readonly id: number;
  readonly nodeId: string;
  readonly path: string;
  readonly line: number;
  /** The head it was opened on; a later push makes it outdated. */
  readonly commit: string;
  resolved: boolean;
  resolvedBy: string | null;
  readonly comments: CommentState[];
}
export interface CommentState {
  readonly id: number;
  readonly nodeId: string;
  readonly author: string;
  readonly body: string;
  readonly createdAt: number;
}

export interface AutoMergeState {
  readonly by: string;
  readonly method: MergeMethod;
  readonly enabledAt: number;
}
export type QueueEntryWord = "QUEUED" | "AWAITING_CHECKS" | "MERGEABLE" | "UNMERGEABLE" | "LOCKED";
export interface QueueEntryState {
  readonly id: number;
  readonly nodeId: string;
  state: QueueEntryWord;
  readonly by: string;
  readonly headOid: string;
  readonly enqueuedAt: number;
  readonly jump: boolean;
}

/** Who asks: rules and words are worked out for the asking token (scm §1.2 [I]). */
export interface Viewer {
  readonly login: string;
  /** May write contents; a merge needs it. */
  readonly contents: boolean;
  /** May write `.github/workflows/**`; people with write may. */
  readonly workflows: boolean;
}
