import { beadStatus, priority, prState, type BeadStatus, type PolicyOverride } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Agent, Process } from "./agent.ts";
import { isEnded, type Issue, type MergeRequest } from "./bead.ts";
import { anAgent, anIssue, aPull, aRequest, aRig, aSnapshot, head, now } from "./builders.ts";
import { polecatsAtWork } from "./polecats.ts";
import { aggregatesOf } from "./decision.ts";
import { reconcile, settle } from "./reconcile.ts";
import type { Snapshot } from "./snapshot.ts";

const rigIds = ["web", "api"] as const;
const issueIds = ["gt-1", "gt-2", "gt-3", "gt-4", "gt-5"] as const;
const requestIds = ["gt-11", "gt-12", "gt-13"] as const;
const agentIds = ["gt-21", "gt-22", "gt-23", "gt-24"] as const;

const past = fc.option(fc.integer({ min: now - 700_000, max: now }), { nil: null });
const rigOf = fc.constantFrom(...rigIds);
const someone = fc.option(fc.constantFrom(...agentIds, "gt-99"), { nil: null });
const heads = fc.constantFrom(head("1"), head("2"));

function anyIssue(id: string): fc.Arbitrary<Issue> {
  return fc
    .record({
      status: fc.constantFrom<BeadStatus>(...beadStatus.options),
      assignee: someone,
      lastAgent: someone,
      priority: fc.constantFrom(...priority.options),
      rig: rigOf,
      held: fc.boolean(),
      blocked: fc.boolean(),
      attempts: fc.integer({ min: 0, max: 6 }),
      lastDispatchAt: past,
      reworkRounds: fc.integer({ min: 0, max: 6 }),
      dependsOn: fc.uniqueArray(fc.constantFrom(...issueIds.filter((other) => other < id), "gt-77"), { maxLength: 2 }),
    })
    .map((fields) => anIssue(id, fields));
}

const anyPull = fc
  .record({ state: fc.constantFrom(...prState.options), head: heads, mergeCommit: fc.option(heads, { nil: null }) })
  .map((fields) => aPull(fields));

function anyRequest(id: string): fc.Arbitrary<MergeRequest> {
  const re = fc.record({
    pull: fc.option(anyPull, { nil: null }),
    awaitsReport: fc.boolean(),
    review: fc.constantFrom("none" as const, "requested" as const, "approved" as const, "changes_requested" as const),
    reviewHead: fc.option(heads, { nil: null }),
    reviewTold: fc.boolean(),
    parked: fc.boolean(),
    reworkedHead: fc.option(heads, { nil: null }),
    openAskedAt: past,
    mergeAskedAt: past,
    mergeAskedHead: fc.option(heads, { nil: null }),
    closeAskedAt: past,
  });
  const own = fc.record({
    status: fc.constantFrom<BeadStatus>("open", "in_progress", "closed", "failed"),
    assignee: someone,
    attempts: fc.integer({ min: 0, max: 6 }),
    lastDispatchAt: past,
  });
  return fc
    .tuple(fc.constantFrom(...issueIds), own, re)
    .map(([source, fields, r]) => aRequest(id, source, { ...fields, re: r }));
}

const anyProcess: fc.Arbitrary<Process> = fc.oneof(
  fc.constant({ state: "none" as const }),
  fc.record({ state: fc.constant("starting" as const), askedAt: fc.integer({ min: now - 700_000, max: now }) }),
  fc.constant({ state: "running" as const }),
  fc.constant({ state: "ended" as const, how: "exited" as const, reason: "crashed" }),
  fc.constant({ state: "lost" as const }),
);

function anyAgent(id: string): fc.Arbitrary<Agent> {
  return fc
    .record({
      role: fc.constantFrom("polecat" as const, "polecat" as const, "refinery" as const),
      rig: rigOf,
      status: fc.constantFrom("idle" as const, "working" as const),
      hook: fc.option(fc.constantFrom(...issueIds, ...requestIds, "gt-98"), { nil: null }),
      generation: fc.integer({ min: 0, max: 3 }),
      process: anyProcess,
      aliveAt: past,
      stopAskedAt: past,
    })
    .map((fields) => anAgent(id, { ...fields, name: `Name-${id}` }));
}

const policies: fc.Arbitrary<PolicyOverride> = fc.record({
  codeReview: fc.boolean(),
  autoMerge: fc.boolean(),
  maxPolecatsPerRig: fc.integer({ min: 1, max: 3 }),
  maxReworkRounds: fc.integer({ min: 1, max: 5 }),
  maxDispatchAttempts: fc.integer({ min: 1, max: 6 }),
  askAgainMs: fc.integer({ min: 1000, max: 90_000 }),
});

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    policy: policies,
    rigs: fc.tuple(
      ...rigIds.map((rig) =>
        fc.constantFrom("ready" as const, "registering" as const, "failed" as const).map((state) => ({ rig, state })),
      ),
    ),
    issues: fc.tuple(...issueIds.map(anyIssue)),
    requests: fc.tuple(...requestIds.map(anyRequest)),
    agents: fc.tuple(...agentIds.map(anyAgent)),
    listeningSince: fc.constantFrom(0, now - 10_000),
  })
  .map(({ policy, rigs, issues, requests, agents, listeningSince }) =>
    aSnapshot({
      policy,
      rigs: rigs.map((rig) => aRig({ ...rig, prefix: rig.rig === "web" ? "gt" : "api" })),
      beads: [...issues, ...requests],
      agents,
      listeningSince,
    }),
  );

const boring = new Set(
  "title body trace createdBy createdAt updatedAt closedAt version labels parent identity url since causes summary branch target number revision name statusMessage feedback checkpoint failure".split(
    " ",
  ),
);

/** A town in which the property does not hold, as a person can read it; null when none was found. */
function counterexample(property: (snapshot: Snapshot) => boolean, numRuns = 400): string | null {
  const checked = fc.check(fc.property(snapshots, property), { numRuns });
  const [snapshot] = checked.counterexample ?? [];
  if (!checked.failed || snapshot === undefined) return null;
  const { town, rigs, beads, agents } = snapshot;
  const states = [...rigs.values()].map(({ rig, state }) => [rig, state]);
  const plain = { now, policy: town.policyOverride, states, things: [...beads.values(), ...agents.values()] };
  const text = JSON.stringify(plain, (key, value: unknown) => (boring.has(key) || value === null ? undefined : value));
  const error = checked.errorInstance instanceof Error ? checked.errorInstance.message : "";
  return `seed ${checked.seed}, path ${checked.counterexamplePath}: ${error}\n${text.replaceAll(/\{"(bead|agent)"/g, '\n{"$1"')}`;
}

function isSettledLater(snapshot: Snapshot): boolean {
  let { state, nextLook } = settle(snapshot, now);
  for (let look = 0; look < 8 && nextLook !== null; look += 1) {
    const time = nextLook;
    const next = settle(state, time);
    if (!next.settled || (next.nextLook !== null && next.nextLook <= time)) return false;
    ({ state, nextLook } = next);
  }
  return true;
}

function isStaffed(state: Snapshot): boolean {
  const agents = [...state.agents.values()];
  const everyWorker = agents.every(
    (a) => a.status !== "working" || state.beads.get(a.hook ?? "")?.status === "in_progress",
  );
  const inProgress = [...state.beads.values()].filter((bead) => bead.status === "in_progress");
  return (
    everyWorker &&
    inProgress.every((bead) => {
      const hooked = agents.filter((agent) => agent.hook === bead.bead);
      return hooked.length === 1 && hooked[0]?.agent === bead.assignee && hooked[0]?.status === "working";
    })
  );
}

function refineries(snapshot: Snapshot, rig: string): number {
  return [...snapshot.agents.values()].filter((agent) => agent.role === "refinery" && agent.rig === rig).length;
}

function comesToRest(snapshot: Snapshot): boolean {
  const { settled, state } = settle(snapshot, now);
  return settled && reconcile(state, now).decisions.length === 0;
}

function decidesOnceAboutEach(snapshot: Snapshot): boolean {
  const touched = reconcile(snapshot, now).decisions.flatMap(({ decision }) => aggregatesOf(decision));
  return touched.length === new Set(touched).size;
}

function keepsEnded(snapshot: Snapshot): boolean {
  const { state } = settle(snapshot, now);
  return [...snapshot.beads.values()].every((b) => !isEnded(b) || state.beads.get(b.bead)?.status === b.status);
}

function keepsCaps(snapshot: Snapshot): boolean {
  const { state } = settle(snapshot, now);
  const cap = state.town.policy.maxPolecatsPerRig;
  return rigIds.every(
    (rig) =>
      polecatsAtWork(state, rig) <= Math.max(polecatsAtWork(snapshot, rig), cap) &&
      refineries(state, rig) <= Math.max(refineries(snapshot, rig), 1),
  );
}

function speaksOfAll(snapshot: Snapshot): boolean {
  const { state, said } = settle(snapshot, now);
  const spoken = new Set(said.map(({ bead }) => bead));
  return [...state.beads.values()].every((b) => b.type !== "issue" || isEnded(b) || spoken.has(b.bead));
}

describe("reconcile, on any town", () => {
  it("reaches a town in which no rule wants anything, and stays there", () => {
    expect(counterexample(comesToRest, 600)).toBeNull();
  });

  it("does so again at every later moment at which it wants to look", () => {
    expect(counterexample(isSettledLater, 200)).toBeNull();
  });

  it("makes one decision at most about each bead, agent and rig in a pass (W9)", () => {
    expect(counterexample(decidesOnceAboutEach)).toBeNull();
  });

  it("never changes the status of a bead that has ended", () => {
    expect(counterexample(keepsEnded)).toBeNull();
  });

  it("leaves every bead in progress with one working agent hooked to it, and every working agent with its bead", () => {
    expect(counterexample((snapshot) => isStaffed(settle(snapshot, now).state))).toBeNull();
  });

  it("never puts more polecats to work in a rig than its cap, and never registers a second refinery", () => {
    expect(counterexample(keepsCaps)).toBeNull();
  });

  it("says something about every live work item", () => {
    expect(counterexample(speaksOfAll)).toBeNull();
  });
});
