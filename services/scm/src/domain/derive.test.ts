import type { PrState } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derive } from "./derive.ts";
import type { Checks, DeriveContext, MergePolicy, Snapshot } from "./snapshot.ts";

const head = "a".repeat(40);
const green: Checks = {
  total: 1,
  required: { failing: [], pending: [], missing: [] },
  optional: { failing: [], pending: [] },
  complete: true,
  rollup: "success",
  forHead: head,
};
const noChecks: Checks = { ...green, total: 0, rollup: "none", forHead: null };
const test1 = { name: "test", detail: "expected 1, got 2" };
const ready: Snapshot = {
  provider: "test",
  repo: "r",
  number: 1,
  url: "",
  title: "",
  body: "",
  state: "open",
  draft: false,
  head,
  headRef: "gt/toast/gt-1",
  base: "b".repeat(40),
  baseRef: "main",
  isFork: false,
  conflict: "no",
  conflictFiles: [],
  gate: "clean",
  gateRaw: "CLEAN",
  review: "approved",
  objections: [],
  approvals: { given: 1, required: 1 },
  codeOwnerPending: false,
  checks: green,
  threads: { unresolved: 0, required: false, complete: true },
  queue: { required: false, in: false, state: null, position: null },
  autoMerge: false,
  methods: ["merge"],
  stack: null,
  mergeSha: null,
  permissions: { contents: true, workflows: true },
  touchesWorkflows: false,
  updatedAt: null,
  readAt: "2026-11-22T00:00:00Z",
  rawHash: "",
};
const policy: MergePolicy = {
  method: "merge",
  requireApproval: false,
  allowUnstable: true,
  resolveAllThreads: false,
  waitOptional: true,
  expectChecks: true,
  settleMs: 60_000,
  delegate: "none",
};
const context: DeriveContext = { knownHead: null, headAgeMs: 3_600_000, refusal: null };
const objection = { reviewer: "user:ann", body: "rename it", outdated: false };
const blocked = { gate: "blocked", gateRaw: "BLOCKED" } as const;
const unknown = { conflict: "unknown", gate: "unknown", gateRaw: "UNKNOWN" } as const;
const requiredFailing: Checks = { ...green, rollup: "failure", required: { ...green.required, failing: [test1] } };
const requiredPending: Checks = { ...green, rollup: "pending", required: { ...green.required, pending: [test1] } };
const optionalFailing: Checks = { ...green, rollup: "failure", optional: { failing: [test1], pending: [] } };
const optionalPending: Checks = { ...green, rollup: "pending", optional: { failing: [], pending: [test1] } };

interface Case {
  name: string;
  given: Partial<Snapshot>;
  policy?: Partial<MergePolicy>;
  context?: Partial<DeriveContext>;
  state: PrState;
  does: string;
  causes?: PrState[];
}

/** scm §2.2, row by row, then the rows of §2.1 it does not show. */
const cases: Case[] = [
  { name: "clean, approved, green", given: {}, state: "ready", does: "merge" },
  { name: "clean, no review required, nobody objects", given: { review: "none" }, state: "ready", does: "merge" },
  {
    name: "clean, no review required, but policy wants an approval",
    given: { review: "none", approvals: { given: 0, required: null } },
    policy: { requireApproval: true },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "clean, no review required, policy wants an approval and there is one",
    given: { review: "none" },
    policy: { requireApproval: true },
    state: "ready",
    does: "merge",
  },
  {
    name: "policy wants two approvals where the forge wants one",
    given: { review: "approved" },
    policy: { requireApproval: true, approvals: 2 },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "clean, no review required, a writer objects",
    given: { review: "none", objections: [objection] },
    state: "changes_requested",
    does: "rework",
  },
  {
    name: "no check yet, head younger than the settle window",
    given: { review: "none", checks: noChecks },
    context: { headAgeMs: 1_000 },
    state: "checks_pending",
    does: "wait",
  },
  { name: "no check, settled", given: { review: "none", checks: noChecks }, state: "ready", does: "merge" },
  {
    name: "queue required",
    given: { queue: { required: true, in: false, state: null, position: null } },
    state: "ready",
    does: "enqueue",
  },
  { name: "method not allowed", given: { methods: ["squash"] }, state: "blocked", does: "investigate" },
  { name: "has hooks", given: { gate: "clean", gateRaw: "HAS_HOOKS" }, state: "ready", does: "merge" },
  {
    name: "unstable, only an optional check red, policy takes it",
    given: { gate: "unstable", gateRaw: "UNSTABLE", checks: optionalFailing },
    state: "ready",
    does: "merge",
  },
  {
    name: "unstable, only an optional check red, policy does not",
    given: { gate: "unstable", gateRaw: "UNSTABLE", checks: optionalFailing },
    policy: { allowUnstable: false },
    state: "checks_failing",
    does: "rework",
  },
  {
    name: "unstable, an optional check runs, policy waits",
    given: { gate: "unstable", gateRaw: "UNSTABLE", checks: optionalPending },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "unstable, an optional check runs, policy does not wait",
    given: { gate: "unstable", gateRaw: "UNSTABLE", checks: optionalPending },
    policy: { waitOptional: false },
    state: "ready",
    does: "merge",
  },
  {
    name: "blocked, review required, green: the #3138 case",
    given: { ...blocked, review: "required", approvals: { given: 0, required: 1 } },
    state: "awaiting_approval",
    does: "wait",
    causes: ["awaiting_approval"],
  },
  {
    name: "blocked, review required, a required check red",
    given: { ...blocked, review: "required", checks: requiredFailing },
    state: "checks_failing",
    does: "rework",
    causes: ["checks_failing", "awaiting_approval"],
  },
  {
    name: "blocked, review required although approved on this head",
    given: { ...blocked, review: "required", approvals: { given: 1, required: 1 } },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "blocked, changes requested",
    given: { ...blocked, review: "changes_requested" },
    state: "changes_requested",
    does: "rework",
  },
  {
    name: "blocked, approved, a required check runs",
    given: { ...blocked, checks: requiredPending },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "blocked, approved, a required check never reported",
    given: { ...blocked, checks: { ...green, required: { ...green.required, missing: ["build"] } } },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "blocked, approved, unresolved threads that are required",
    given: { ...blocked, threads: { unresolved: 2, required: true, complete: true } },
    state: "unresolved_threads",
    does: "rework",
  },
  {
    name: "blocked, no decision, a code owner's review is requested",
    given: { ...blocked, review: "none", codeOwnerPending: true },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "blocked, workflow files and no workflows permission",
    given: { ...blocked, touchesWorkflows: true, permissions: { contents: true, workflows: false } },
    state: "blocked",
    does: "investigate",
  },
  { name: "blocked, nothing known", given: blocked, state: "blocked", does: "investigate", causes: ["blocked"] },
  { name: "behind", given: { gate: "behind", gateRaw: "BEHIND" }, state: "behind", does: "update-branch" },
  {
    name: "behind, review required",
    given: { gate: "behind", review: "required" },
    state: "behind",
    does: "update-branch",
    causes: ["behind", "awaiting_approval"],
  },
  {
    name: "behind, a required check red",
    given: { gate: "behind", checks: requiredFailing },
    state: "checks_failing",
    does: "rework",
  },
  {
    name: "conflicting and dirty",
    given: { conflict: "yes", gate: "dirty", conflictFiles: ["a.txt"] },
    state: "conflicts",
    does: "rework",
  },
  {
    name: "conflicting, half computed",
    given: { conflict: "yes", gate: "unknown" },
    state: "conflicts",
    does: "rework",
  },
  { name: "draft by the flag", given: { ...blocked, draft: true }, state: "draft", does: "wait" },
  { name: "draft by the old word", given: { gate: "draft" }, state: "draft", does: "wait" },
  { name: "unknown, approved", given: unknown, state: "unknown", does: "nudge" },
  {
    name: "unknown, changes requested",
    given: { ...unknown, review: "changes_requested" },
    state: "changes_requested",
    does: "rework",
  },
  {
    name: "unknown, in the merge queue",
    given: { ...unknown, queue: { required: true, in: true, state: "QUEUED", position: 1 } },
    state: "queued",
    does: "wait",
  },
  { name: "a new status word", given: { gate: "other", gateRaw: "QUANTUM" }, state: "blocked", does: "investigate" },
  // scm §2.1
  { name: "row 1: merged", given: { state: "merged", draft: true }, state: "merged", does: "end", causes: [] },
  { name: "row 2: closed", given: { state: "closed", conflict: "yes" }, state: "closed", does: "end", causes: [] },
  {
    name: "row 3: another head is known",
    given: { conflict: "yes" },
    context: { knownHead: "c".repeat(40) },
    state: "stale_read",
    does: "reread",
  },
  {
    name: "row 3: the checks are of another head",
    given: { checks: { ...green, forHead: "c".repeat(40) } },
    state: "stale_read",
    does: "reread",
  },
  {
    name: "row 5 before 6: conflicts in a draft",
    given: { conflict: "yes", draft: true },
    state: "conflicts",
    does: "rework",
    causes: ["conflicts", "draft"],
  },
  {
    name: "row 8: checks incomplete and the rollup red",
    given: { checks: { ...green, complete: false, rollup: "failure" } },
    state: "checks_failing",
    does: "rework",
  },
  {
    name: "row 9: threads that only the policy wants",
    given: { threads: { unresolved: 1, required: false, complete: true } },
    policy: { resolveAllThreads: true },
    state: "unresolved_threads",
    does: "rework",
  },
  {
    name: "row 9: threads nobody wants",
    given: { threads: { unresolved: 1, required: false, complete: true } },
    state: "ready",
    does: "merge",
  },
  {
    name: "row 10: checks incomplete and the rollup pending",
    given: { checks: { ...green, complete: false, rollup: "pending" } },
    state: "checks_pending",
    does: "wait",
  },
  {
    name: "row 12: an objection on an earlier head waits for its author",
    given: { review: "none", objections: [{ ...objection, outdated: true }] },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "row 12: the forge still says so of an objection on an earlier head",
    given: { ...blocked, review: "changes_requested", objections: [{ ...objection, outdated: true }] },
    state: "awaiting_approval",
    does: "wait",
  },
  {
    name: "row 13: threads that only the policy wants could not all be read",
    given: { threads: { unresolved: 0, required: false, complete: false } },
    policy: { resolveAllThreads: true },
    state: "unknown",
    does: "nudge",
  },
  {
    name: "row 14: the sum of the checks is a word we do not know",
    given: { checks: { ...green, rollup: "other" } },
    state: "blocked",
    does: "investigate",
  },
  {
    name: "row 14: no write access",
    given: { permissions: { contents: false, workflows: true } },
    state: "blocked",
    does: "investigate",
  },
  {
    name: "row 14: this very snapshot was refused",
    given: {},
    context: { refusal: "405" },
    state: "blocked",
    does: "investigate",
  },
  {
    name: "row 14: not at the bottom of its stack",
    given: { stack: { position: 2 } },
    state: "blocked",
    does: "investigate",
  },
];

describe("derive", () => {
  test.each(cases)("$name -> $state, $does", (row) => {
    const derived = derive({ ...ready, ...row.given }, { ...policy, ...row.policy }, { ...context, ...row.context });
    expect(derived.state).toBe(row.state);
    expect(derived.action.do).toBe(row.does);
    const causes = derived.causes.map((cause) => cause.state);
    expect(causes).toEqual(row.causes ?? causes);
    const hasCause = !["ready", "merged", "closed"].includes(row.state);
    expect(causes[0]).toBe(hasCause ? row.state : undefined);
  });

  test("merges only the head it has seen", () => {
    expect(derive(ready, policy, context).action).toEqual({ do: "merge", expectedHead: head, method: "merge" });
  });

  test("tells the author what failed, with the log", () => {
    const derived = derive({ ...ready, checks: requiredFailing }, policy, context);
    expect(derived.causes[0]?.message).toContain("expected 1, got 2");
  });

  test("names the files in conflict", () => {
    const derived = derive({ ...ready, conflict: "yes", conflictFiles: ["a.txt", "b.txt"] }, policy, context);
    expect(derived.causes[0]?.message).toContain("a.txt, b.txt");
  });
});

const word = <T extends string>(...known: T[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.string() as fc.Arbitrary<T> },
  );
const checkList = fc.array(fc.constant(test1), { maxLength: 1 });
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    state: word<Snapshot["state"]>("open", "open", "open", "closed", "merged", "other"),
    draft: fc.boolean(),
    conflict: word<Snapshot["conflict"]>("yes", "no", "unknown"),
    gate: word<Snapshot["gate"]>("clean", "unstable", "behind", "blocked", "dirty", "draft", "unknown", "other"),
    review: word<Snapshot["review"]>("approved", "changes_requested", "required", "none", "other"),
    objections: fc.array(fc.record({ reviewer: fc.constant("user:ann"), body: fc.string(), outdated: fc.boolean() }), {
      maxLength: 1,
    }),
    approvals: fc.record({ given: fc.nat(2), required: fc.constantFrom(null, 1) }),
    codeOwnerPending: fc.boolean(),
    checks: fc.record({
      total: fc.nat(2),
      required: fc.record({
        failing: checkList,
        pending: checkList,
        missing: fc.array(fc.constant("build"), { maxLength: 1 }),
      }),
      optional: fc.record({ failing: checkList, pending: checkList }),
      complete: fc.boolean(),
      rollup: word<Checks["rollup"]>("success", "failure", "pending", "none", "other"),
      forHead: fc.constantFrom(head, "c".repeat(40), null),
    }),
    threads: fc.record({ unresolved: fc.nat(1), required: fc.boolean(), complete: fc.boolean() }),
    queue: fc.record({
      required: fc.boolean(),
      in: fc.boolean(),
      state: fc.constant(null),
      position: fc.constant(null),
    }),
    methods: fc.constantFrom(["merge"], ["squash"]),
    stack: fc.constantFrom(null, { position: 1 }, { position: 2 }),
    permissions: fc.record({ contents: fc.boolean(), workflows: fc.boolean() }),
    touchesWorkflows: fc.boolean(),
  })
  .map((partial) => ({ ...ready, ...partial }));
const anyPolicy: fc.Arbitrary<MergePolicy> = fc.record({
  method: fc.constantFrom("merge", "squash"),
  requireApproval: fc.boolean(),
  allowUnstable: fc.boolean(),
  resolveAllThreads: fc.boolean(),
  waitOptional: fc.boolean(),
  expectChecks: fc.boolean(),
  settleMs: fc.constant(60_000),
  delegate: fc.constantFrom("none", "native"),
});
const anyContext: fc.Arbitrary<DeriveContext> = fc.record({
  knownHead: fc.constantFrom(null, head, "c".repeat(40)),
  headAgeMs: fc.constantFrom(0, 100_000),
  refusal: fc.constantFrom(null, "no"),
});

/** Reasons not to merge, written apart from the rows: what must never be there when the state is `ready`. */
function reasonsAgainst(s: Snapshot, p: MergePolicy, c: DeriveContext): boolean[] {
  return [
    s.state !== "open",
    s.draft,
    s.conflict !== "no",
    !["clean", "unstable"].includes(s.gate),
    s.gate === "unstable" && !p.allowUnstable,
    !["approved", "none"].includes(s.review),
    p.requireApproval && s.review !== "approved" && s.approvals.given === 0,
    s.objections.length > 0,
    s.checks.required.failing.length + s.checks.required.pending.length + s.checks.required.missing.length > 0,
    s.checks.forHead !== null && s.checks.forHead !== s.head,
    !s.checks.complete && !["success", "none"].includes(s.checks.rollup),
    s.threads.unresolved > 0 && s.threads.required,
    s.queue.in,
    !s.queue.required && !s.methods.includes(p.method),
    !s.permissions.contents,
    c.refusal !== null,
    c.knownHead !== null && c.knownHead !== s.head,
  ];
}

test("derive is total, and never says ready with any reason against it", { timeout: 60_000 }, () => {
  let readies = 0;
  fc.assert(
    fc.property(anySnapshot, anyPolicy, anyContext, (s, p, c) => {
      const derived = derive(s, p, c);
      const merges = derived.action.do === "merge" || derived.action.do === "enqueue";
      expect(merges).toBe(derived.state === "ready");
      if (derived.state !== "ready") return;
      readies += 1;
      expect(derived.causes).toEqual([]);
      expect(reasonsAgainst(s, p, c)).not.toContain(true);
    }),
    { numRuns: 5_000 },
  );
  // One change away from ready: the case the random worlds seldom reach.
  fc.assert(
    fc.property(anySnapshot, fc.constantFrom(...(Object.keys(ready) as (keyof Snapshot)[])), (s, field) => {
      const changed = { ...ready, [field]: s[field] };
      if (derive(changed, policy, context).state !== "ready") return;
      readies += 1;
      expect(reasonsAgainst(changed, policy, context)).not.toContain(true);
    }),
    { numRuns: 5_000 },
  );
  expect(readies).toBeGreaterThan(100);
});
