import { noRules } from "../branch-rules.ts";
import type { Opinion, PullFacts } from "../judge/pull-facts.ts";
import type { BranchRules, Viewer } from "../world-types.ts";

/** An App that may do everything. */
export const viewer: Viewer = { login: "gastown[bot]", contents: true, workflows: true };

/** A pull request with nothing against it and no rules, but for what is given. */
export function facts({
  rules = {},
  ...wish
}: Partial<Omit<PullFacts, "rules">> & { rules?: Partial<BranchRules> } = {}): PullFacts {
  return {
    state: "OPEN",
    draft: false,
    head: "head",
    base: "base",
    baseRef: "main",
    rulesFrom: "classic",
    repositoryMethods: ["merge", "squash", "rebase"],
    hooks: false,
    precedence: "blocked",
    draftWord: "DRAFT",
    conflict: false,
    behind: false,
    lastPusher: "gastown[bot]",
    opinions: [],
    ownerGroups: [],
    checks: [],
    unresolvedThreads: 0,
    unsigned: true,
    missingDeployments: [],
    inQueue: false,
    workflow: null,
    staleWord: null,
    ...wish,
    rules: { ...noRules, ...rules },
  };
}

/** A writer's opinion on the head. */
export function says(author: string, state: Opinion["state"], more: Partial<Opinion> = {}): Opinion {
  return { author, state, commit: "head", writer: true, ...more };
}
