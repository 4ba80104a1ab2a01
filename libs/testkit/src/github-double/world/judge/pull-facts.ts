import type { BranchRules, MergeMethod, MergeStateWord, ReviewVerdict } from "../world-types.ts";

/** Everything a judgement about one pull request at one head and base needs; gathered before, so that judging is pure. */
export interface PullFacts {
  readonly state: "OPEN" | "CLOSED" | "MERGED";
  readonly draft: boolean;
  readonly head: string;
  readonly base: string;
  readonly baseRef: string;
  readonly rules: BranchRules;
  /** The words of refusals differ between classic protection and rulesets. */
  readonly rulesFrom: "classic" | "ruleset";
  readonly repositoryMethods: readonly MergeMethod[];
  readonly hooks: boolean;
  readonly precedence: "behind" | "blocked";
  readonly draftWord: "DRAFT" | "BLOCKED";
  /** What git says, whether or not it was asked already. */
  readonly conflict: boolean;
  /** The base has commits that the head has not. */
  readonly behind: boolean;
  readonly lastPusher: string;
  /** The latest opinion of each reviewer. */
  readonly opinions: readonly Opinion[];
  /** Who owns changed files, one group a rule of the owners' file: one of each group has to approve. */
  readonly ownerGroups: readonly (readonly string[])[];
  readonly checks: readonly CheckFact[];
  readonly unresolvedThreads: number;
  /** Commits of the head that have no verified signature. */
  readonly unsigned: boolean;
  readonly missingDeployments: readonly string[];
  readonly inQueue: boolean;
  /** The first changed file under `.github/workflows`; null: none. */
  readonly workflow: string | null;
  readonly staleWord: MergeStateWord | null;
}

export interface Opinion {
  readonly author: string;
  readonly state: Exclude<ReviewVerdict, "COMMENTED">;
  readonly commit: string;
  /** With write access; only these count (scm §1.3). */
  readonly writer: boolean;
}

export interface CheckFact {
  readonly name: string;
  readonly required: boolean;
  /** `missing`: required, and never reported. */
  readonly result: "green" | "pending" | "red" | "missing";
}
