/**
 * What a forge says about one pull request, read at one moment, in words of no forge (scm §8.1). Adapters map their forge's
 * words onto these and put what they do not know into `other`; a decision never merges on `other`.
 */
export interface Snapshot {
  readonly provider: string;
  readonly repo: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed" | "merged" | "other";
  readonly draft: boolean;
  /** The commit at the tip of the branch that is to be merged. */
  readonly head: string;
  readonly headRef: string;
  /** The commit at the tip of the branch it is to be merged into. */
  readonly base: string;
  readonly baseRef: string;
  readonly isFork: boolean;
  readonly conflict: "yes" | "no" | "unknown";
  /** Files in conflict, as far as the forge names them. */
  readonly conflictFiles: readonly string[];
  /** The forge's one word for all its rules. It can hide causes, so nothing leans on it alone (scm §1.2). */
  readonly gate: "clean" | "unstable" | "behind" | "blocked" | "dirty" | "draft" | "unknown" | "other";
  /** The word as the forge said it; for people. */
  readonly gateRaw: string;
  /** `none`: the base requires no approving review. That is neither "approved" nor "nobody objects" (scm §1.3). */
  readonly review: "approved" | "changes_requested" | "required" | "none" | "other";
  /** Latest opinions that ask for changes, of reviewers whose word counts. */
  readonly objections: readonly Objection[];
  /** Approvals that count on this head; `required` is null when the forge does not say. */
  readonly approvals: { readonly given: number; readonly required: number | null };
  readonly codeOwnerPending: boolean;
  readonly checks: Checks;
  readonly threads: { readonly unresolved: number; readonly required: boolean; readonly complete: boolean };
  readonly queue: {
    readonly required: boolean;
    readonly in: boolean;
    readonly state: string | null;
    readonly position: number | null;
  };
  readonly autoMerge: boolean;
  /** Merge methods the repository allows. */
  readonly methods: readonly string[];
  /** Place in a stack, 1 at the bottom; null outside of one. */
  readonly stack: { readonly position: number } | null;
  readonly mergeSha: string | null;
  /** What the credential that will merge may do. */
  readonly permissions: { readonly contents: boolean; readonly workflows: boolean };
  /** It edits files that need the `workflows` permission. */
  readonly touchesWorkflows: boolean;
  /** When the forge last changed the pull request (ISO); null when it does not say (scm §1.9). */
  readonly updatedAt: string | null;
  readonly readAt: string;
  /** A digest of the forge's own answer: the same twice means that nothing has changed. */
  readonly rawHash: string;
}

export interface Objection {
  readonly reviewer: string;
  readonly body: string;
  /** Given on another commit than the head: the author has answered, the reviewer has not looked again. */
  readonly outdated: boolean;
}

export interface CheckResult {
  readonly name: string;
  /** What its author needs to know: the end of its log, or a link. */
  readonly detail: string;
}

export interface Checks {
  readonly total: number;
  readonly required: {
    readonly failing: readonly CheckResult[];
    readonly pending: readonly CheckResult[];
    /** Required by a rule, and never reported. */
    readonly missing: readonly string[];
  };
  readonly optional: { readonly failing: readonly CheckResult[]; readonly pending: readonly CheckResult[] };
  /** All checks were read. If not, `rollup` decides. */
  readonly complete: boolean;
  readonly rollup: "success" | "failure" | "pending" | "none" | "other";
  /** The commit the checks belong to; null when there are none. */
  readonly forHead: string | null;
}

/** How a repository's owner wants pull requests to be merged (scm §2.1). */
export interface MergePolicy {
  readonly method: string;
  /** Want an approval even where the forge asks for none. */
  readonly requireApproval: boolean;
  /** How many approvals `requireApproval` wants; 1 when absent. */
  readonly approvals?: number;
  /** Merge although a check that is not required fails or runs. */
  readonly allowUnstable: boolean;
  /** Want all review threads resolved even where the forge does not. */
  readonly resolveAllThreads: boolean;
  /** Wait for checks that are not required, too. */
  readonly waitOptional: boolean;
  /** Heads get checks here: a head without any is too young, until it is `settleMs` old (scm §1.4). */
  readonly expectChecks: boolean;
  readonly settleMs: number;
  /** `native`: the forge may be told to merge by itself what is wished and waits (scm §1.6). */
  readonly delegate: "none" | "native";
}

/** What is known besides the snapshot. */
export interface DeriveContext {
  /** The newest head a signal told of, while the forge's read may lag behind it; null to trust the read (scm §1.9). */
  readonly knownHead: string | null;
  /** How long the head has been the head, in milliseconds. */
  readonly headAgeMs: number;
  /** The forge's words when it refused to merge exactly this snapshot; null when it did not (scm §0.5). */
  readonly refusal: string | null;
}
