import type { MergeStateWord, Viewer } from "../world-types.ts";
import type { PullFacts } from "./pull-facts.ts";
import { refusalsOf, type RefusalCause } from "./refusals.ts";

export type Mergeable = "MERGEABLE" | "CONFLICTING" | "UNKNOWN";

/** Refusals that GitHub's word for all rules does not tell of: they have a word of their own, or none (scm §1.2). */
const notBlocked: ReadonlySet<RefusalCause> = new Set([
  "not_open",
  "draft",
  "conflicts",
  "behind",
  "queue",
  "method",
  "branch_method",
  "linear",
]);

/** Only about git's conflicts; says nothing of rules (scm §1.1 [D]). `known`: the background job has ended. */
export function mergeableOf(facts: PullFacts, known: boolean): Mergeable {
  if (!known || facts.state !== "OPEN") return "UNKNOWN";
  return facts.conflict ? "CONFLICTING" : "MERGEABLE";
}

/**
 * GitHub's one word for all rules, as this viewer reads it (scm §1.2). It is UNKNOWN before the background job ends and while
 * the pull request is in the queue [I]; which of BEHIND and BLOCKED wins is the repository's `precedence` [U].
 */
export function mergeStateOf(facts: PullFacts, { viewer, known }: { viewer: Viewer; known: boolean }): MergeStateWord {
  if (facts.state !== "OPEN" || facts.inQueue || !known) return "UNKNOWN";
  if (facts.staleWord !== null) return facts.staleWord;
  if (facts.conflict) return "DIRTY";
  if (facts.draft) return facts.draftWord;
  const hindrance = hindranceOf(facts, viewer);
  if (hindrance !== null) return hindrance;
  if (facts.checks.some(({ result, required }) => !required && result !== "green")) return "UNSTABLE";
  return facts.hooks ? "HAS_HOOKS" : "CLEAN";
}

function hindranceOf(facts: PullFacts, viewer: Viewer): "BEHIND" | "BLOCKED" | null {
  const causes = refusalsOf(facts, { viewer, method: null }).map(({ cause }) => cause);
  const blocked = causes.some((cause) => !notBlocked.has(cause));
  const behind = causes.includes("behind");
  if (behind && blocked) return facts.precedence === "behind" ? "BEHIND" : "BLOCKED";
  if (behind) return "BEHIND";
  return blocked ? "BLOCKED" : null;
}
