import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { facts, says, viewer } from "../test/sample-facts.ts";
import type { PullFacts } from "./pull-facts.ts";
import { mergeableOf, mergeStateOf } from "./merge-state.ts";
import { reviewDecision } from "./review-decision.ts";
import { refusalsOf } from "./refusals.ts";

const red = { name: "lint", required: false, result: "red" } as const;
const green = { name: "ci", required: true, result: "green" } as const;
const approval = { requiredApprovals: 1, requiredChecks: ["ci"] };
const ann = says("ann", "APPROVED");

interface Row {
  readonly given: string;
  readonly facts: PullFacts;
  readonly mergeable?: string;
  readonly word: string;
  readonly decision: string | null;
  readonly known?: boolean;
  readonly as?: typeof viewer;
}

// The rows of scm §1.2 and of the combinations in §2.2, read from the world's side.
const rows: readonly Row[] = [
  { given: "nothing ruled", facts: facts(), word: "CLEAN", decision: null },
  {
    given: "approved and green",
    facts: facts({ rules: approval, checks: [green], opinions: [ann] }),
    word: "CLEAN",
    decision: "APPROVED",
  },
  {
    given: "no rule and a writer who objects",
    facts: facts({ opinions: [says("ann", "CHANGES_REQUESTED")] }),
    word: "CLEAN",
    decision: null,
  },
  { given: "a required queue", facts: facts({ rules: { mergeQueue: "merge" } }), word: "CLEAN", decision: null },
  { given: "a forbidden method", facts: facts({ repositoryMethods: ["squash"] }), word: "CLEAN", decision: null },
  { given: "pre-receive hooks", facts: facts({ hooks: true }), word: "HAS_HOOKS", decision: null },
  { given: "only an optional check is red", facts: facts({ checks: [red] }), word: "UNSTABLE", decision: null },
  {
    given: "an optional check runs",
    facts: facts({ checks: [{ ...red, result: "pending" }] }),
    word: "UNSTABLE",
    decision: null,
  },
  {
    given: "an approval is missing (the #3138 case)",
    facts: facts({ rules: approval, checks: [green] }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "the approval is of somebody without write access",
    facts: facts({ rules: approval, checks: [green], opinions: [says("eve", "APPROVED", { writer: false })] }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "one approval of two",
    facts: facts({ rules: { requiredApprovals: 2 }, opinions: [ann] }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "an approval was dismissed",
    facts: facts({ rules: { requiredApprovals: 1 }, opinions: [says("ann", "DISMISSED")] }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "the approval of the last push is the pusher's own",
    facts: facts({ rules: { requiredApprovals: 1, lastPushApproval: true }, opinions: [ann], lastPusher: "ann" }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "the last push was not approved, an older one was",
    facts: facts({
      rules: { requiredApprovals: 1, lastPushApproval: true },
      opinions: [says("ann", "APPROVED", { commit: "older" })],
    }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "somebody else approved the last push",
    facts: facts({ rules: { requiredApprovals: 1, lastPushApproval: true }, opinions: [ann], lastPusher: "bob" }),
    word: "CLEAN",
    decision: "APPROVED",
  },
  {
    given: "changes requested beside an approval",
    facts: facts({ rules: { requiredApprovals: 1 }, opinions: [ann, says("bob", "CHANGES_REQUESTED")] }),
    word: "BLOCKED",
    decision: "CHANGES_REQUESTED",
  },
  {
    given: "a required check runs",
    facts: facts({ rules: approval, checks: [{ ...green, result: "pending" }], opinions: [ann] }),
    word: "BLOCKED",
    decision: "APPROVED",
  },
  {
    given: "a required check failed",
    facts: facts({ rules: approval, checks: [{ ...green, result: "red" }], opinions: [ann] }),
    word: "BLOCKED",
    decision: "APPROVED",
  },
  {
    given: "a required check never reported",
    facts: facts({ rules: approval, checks: [{ ...green, result: "missing" }], opinions: [ann] }),
    word: "BLOCKED",
    decision: "APPROVED",
  },
  {
    given: "unresolved threads, required",
    facts: facts({ rules: { conversationResolution: true }, unresolvedThreads: 1 }),
    word: "BLOCKED",
    decision: null,
  },
  { given: "unresolved threads, not required", facts: facts({ unresolvedThreads: 1 }), word: "CLEAN", decision: null },
  {
    given: "code owners alone are ruled, and pending",
    facts: facts({ rules: { requiredApprovals: 0, codeOwnerReview: true }, ownerGroups: [["olga"]] }),
    word: "BLOCKED",
    decision: null,
  },
  {
    given: "code owners alone are ruled, and one approved",
    facts: facts({
      rules: { requiredApprovals: 0, codeOwnerReview: true },
      ownerGroups: [["olga", "ann"]],
      opinions: [ann],
    }),
    word: "CLEAN",
    decision: null,
  },
  {
    given: "an App that may not change workflows",
    facts: facts({ rules: approval, checks: [green], opinions: [ann], workflow: ".github/workflows/ci.yml" }),
    as: { ...viewer, workflows: false },
    word: "BLOCKED",
    decision: "APPROVED",
  },
  {
    given: "unsigned commits where signatures are wanted",
    facts: facts({ rules: { signedCommits: true } }),
    word: "BLOCKED",
    decision: null,
  },
  { given: "a locked branch", facts: facts({ rules: { locked: true } }), word: "BLOCKED", decision: null },
  { given: "pushes are for others", facts: facts({ rules: { pushers: ["ann"] } }), word: "BLOCKED", decision: null },
  {
    given: "pushes are for this App",
    facts: facts({ rules: { pushers: [viewer.login] } }),
    word: "CLEAN",
    decision: null,
  },
  {
    given: "a deployment is missing",
    facts: facts({ rules: { requiredDeployments: ["staging"] }, missingDeployments: ["staging"] }),
    word: "BLOCKED",
    decision: null,
  },
  {
    given: "a rule that nothing names",
    facts: facts({ rules: { unnamed: "Code scanning is waiting" } }),
    word: "BLOCKED",
    decision: null,
  },
  {
    given: "an App that bypasses the rules",
    facts: facts({ rules: { requiredApprovals: 1, bypass: [viewer.login] } }),
    word: "CLEAN",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "behind, strict",
    facts: facts({ rules: { strict: true, requiredChecks: ["ci"] }, behind: true, checks: [green] }),
    word: "BEHIND",
    decision: null,
  },
  { given: "behind, not strict", facts: facts({ behind: true }), word: "CLEAN", decision: null },
  {
    given: "behind and unapproved where BLOCKED wins",
    facts: facts({ rules: { strict: true, requiredApprovals: 1 }, behind: true }),
    word: "BLOCKED",
    decision: "REVIEW_REQUIRED",
  },
  {
    given: "behind and unapproved where BEHIND wins",
    facts: facts({ rules: { strict: true, requiredApprovals: 1 }, behind: true, precedence: "behind" }),
    word: "BEHIND",
    decision: "REVIEW_REQUIRED",
  },
  { given: "a conflict", facts: facts({ conflict: true }), mergeable: "CONFLICTING", word: "DIRTY", decision: null },
  {
    given: "a conflict in a draft",
    facts: facts({ conflict: true, draft: true }),
    mergeable: "CONFLICTING",
    word: "DIRTY",
    decision: null,
  },
  { given: "a draft", facts: facts({ draft: true }), word: "DRAFT", decision: null },
  {
    given: "a draft where the word is BLOCKED",
    facts: facts({ draft: true, draftWord: "BLOCKED" }),
    word: "BLOCKED",
    decision: null,
  },
  {
    given: "not computed yet",
    facts: facts({ rules: approval, opinions: [says("ann", "CHANGES_REQUESTED")] }),
    known: false,
    mergeable: "UNKNOWN",
    word: "UNKNOWN",
    decision: "CHANGES_REQUESTED",
  },
  {
    given: "in the queue",
    facts: facts({ inQueue: true, rules: { mergeQueue: "merge" } }),
    word: "UNKNOWN",
    decision: null,
  },
  { given: "merged", facts: facts({ state: "MERGED" }), mergeable: "UNKNOWN", word: "UNKNOWN", decision: null },
  { given: "a stale cached word", facts: facts({ staleWord: "BLOCKED" }), word: "BLOCKED", decision: null },
];

describe("one word for all rules (scm §1.2, §2.2)", () => {
  test.each(rows)(
    "$given: $word, decision $decision",
    ({ facts: given, mergeable = "MERGEABLE", word, decision, known = true, as = viewer }) => {
      expect({
        mergeable: mergeableOf(given, known),
        word: mergeStateOf(given, { viewer: as, known }),
        decision: reviewDecision(given),
      }).toEqual({ mergeable, word, decision });
    },
  );

  test("what GitHub would refuse is never CLEAN, but for the queue and the method", () => {
    const mergeable = rows.filter(({ word }) => word === "CLEAN" || word === "HAS_HOOKS" || word === "UNSTABLE");
    const causes = mergeable.flatMap(({ facts: given, as = viewer }) =>
      refusalsOf(given, { viewer: as, method: "merge" }),
    );
    expect(causes.map(({ cause }) => cause)).toEqual(["queue", "method"]);
  });

  test("readings and answers agree in any world", () => {
    const flag = fc.boolean();
    const result = fc.constantFrom("green", "pending", "red", "missing" as const);
    const check = fc.record({ name: fc.constantFrom("a", "b"), required: flag, result });
    const opinion = fc.record({
      author: fc.constantFrom("ann", "bob"),
      state: fc.constantFrom("APPROVED", "CHANGES_REQUESTED", "DISMISSED" as const),
      commit: fc.constantFrom("head", "older"),
      writer: flag,
    });
    const rules = fc.record({
      requiredApprovals: fc.constantFrom(null, 0, 1, 2),
      codeOwnerReview: flag,
      lastPushApproval: flag,
      strict: flag,
      conversationResolution: flag,
      mergeQueue: fc.constantFrom(null, "merge" as const),
      signedCommits: flag,
      pushers: fc.constantFrom(null, [viewer.login], ["ann"]),
      locked: flag,
      bypass: fc.constantFrom([], [viewer.login]),
    });
    const world = fc.record({
      rules,
      draft: flag,
      conflict: flag,
      behind: flag,
      unsigned: flag,
      hooks: flag,
      precedence: fc.constantFrom("behind", "blocked" as const),
      opinions: fc.uniqueArray(opinion, { selector: ({ author }) => author, maxLength: 2 }),
      ownerGroups: fc.constantFrom([], [["ann"]]),
      checks: fc.array(check, { maxLength: 2 }),
      unresolvedThreads: fc.nat({ max: 1 }),
    });
    const passing = new Set(["CLEAN", "HAS_HOOKS", "UNSTABLE"]);
    fc.assert(
      fc.property(world, (wish) => {
        const given = facts(wish);
        const causes = refusalsOf(given, { viewer, method: "merge" }).map(({ cause }) => cause);
        const word = mergeStateOf(given, { viewer, known: true });
        // The queue alone is refused without a word (scm §1.2).
        expect([word, passing.has(word)]).toEqual([word, causes.every((cause) => cause === "queue")]);
        expect(word === "DIRTY").toBe(given.conflict);
      }),
      { numRuns: 2_000 },
    );
  });
});
