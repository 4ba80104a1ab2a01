import type { AgentView, PolicyOverride } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Agent, Process } from "./agent.ts";
import type { Issue, MergeRequest, Message } from "./bead.ts";
import { aMessage, anAgent, anIssue, aNudge, aRequest, aSnapshot, now } from "./builders.ts";
import { aggregatesOf } from "./decision.ts";
import type { Nudge } from "./nudge.ts";
import { reconcile, settle } from "./reconcile.ts";
import type { Snapshot } from "./snapshot.ts";
import { stuckSource } from "./stuck.ts";

const agentIds = ["gt-21", "gt-22", "gt-23"] as const;
const past = fc.integer({ min: now - 200_000, max: now });
const maybePast = fc.option(past, { nil: null });

const processes: fc.Arbitrary<Process> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ state: "running" as const }) },
  fc.constant({ state: "none" as const }),
  fc.constant({ state: "lost" as const }),
  fc.constant({ state: "ended" as const, how: "exited" as const, reason: "crashed" }),
  past.map((askedAt) => ({ state: "starting" as const, askedAt })),
);

function anyAgent(id: string): fc.Arbitrary<Agent> {
  return fc
    .record({
      role: fc.constantFrom("polecat" as const, "polecat" as const, "refinery" as const, "mayor" as const),
      status: fc.constantFrom<AgentView["status"]>("idle", "working", "working", "waiting", "stalled"),
      hook: fc.option(fc.constantFrom("gt-1", "gt-2", "gt-3", "gt-4"), { nil: null }),
      generation: fc.constantFrom(1, 2),
      process: processes,
      aliveAt: maybePast,
      activeAt: maybePast,
      dispatchedAt: maybePast,
      busy: fc.boolean(),
      stalledAt: maybePast,
      nudgedAt: fc.record({ warn: maybePast, escalate: maybePast }),
      stopAskedAt: maybePast,
      createdAt: past,
    })
    .map((fields) => anAgent(id, { ...fields, name: `Name-${id}` }));
}

const someone = fc.option(fc.constantFrom(...agentIds, "gt-99"), { nil: null });

function anyIssue(id: string): fc.Arbitrary<Issue> {
  const status = fc.constantFrom("open" as const, "in_progress" as const, "in_progress" as const, "in_review" as const);
  return fc.record({ status, assignee: someone, lastAgent: someone }).map((fields) => anIssue(id, fields));
}

const anyRequest: fc.Arbitrary<MergeRequest> = fc
  .record({ status: fc.constantFrom("open" as const, "in_progress" as const, "in_review" as const), assignee: someone })
  .map((fields) => aRequest("gt-4", "gt-3", fields));

function anyMessage(id: string): fc.Arbitrary<Message> {
  return fc
    .record({ to: fc.constantFrom(...agentIds, "gt-99"), announced: fc.boolean() })
    .map(({ to, announced }) => aMessage(id, to, { announced }));
}

function anyNudge(id: string): fc.Arbitrary<Nudge> {
  return fc
    .record({
      agent: fc.constantFrom(...agentIds, "gt-99"),
      mode: fc.constantFrom("immediate" as const, "wait-idle" as const, "queue" as const),
      priority: fc.constantFrom("normal" as const, "urgent" as const),
      source: fc.constantFrom("user:ann", stuckSource),
      state: fc.constantFrom("pending" as const, "pending" as const, "delivered" as const),
      expiresAt: fc.option(fc.integer({ min: now - 1000, max: now + 50_000 }), { nil: null }),
      askedAt: maybePast,
      createdAt: past,
    })
    .map(({ agent, ...fields }) => aNudge(id, agent, fields));
}

const thresholds = fc.constantFrom(0, 1, 30_000, 100_000);
const policies: fc.Arbitrary<PolicyOverride> = fc.record({
  stuckWarnMs: thresholds,
  stuckEscalateMs: thresholds,
  stuckStopMs: thresholds,
  nudgeAgainMs: fc.constantFrom(1000, 60_000),
  stalledRestMs: thresholds,
  agentKeepMs: thresholds,
  nudgeTtlMs: thresholds,
  heartbeatLostMs: fc.constantFrom(1000, 90_000),
});

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    policy: policies,
    agents: fc.tuple(...agentIds.map(anyAgent)),
    issues: fc.tuple(...["gt-1", "gt-2", "gt-3"].map(anyIssue)),
    request: anyRequest,
    mail: fc.tuple(...["gt-6", "gt-7"].map(anyMessage)),
    nudges: fc.tuple(...["n-1", "n-2", "n-3", "n-4"].map(anyNudge)),
    listeningSince: fc.constantFrom(0, now - 10_000),
  })
  .map(({ issues, request, mail, ...things }) => aSnapshot({ ...things, beads: [...issues, request, ...mail] }));

/** A town in which the property does not hold; null when none was found. */
function counterexample(property: (snapshot: Snapshot) => boolean): string | null {
  const {
    failed,
    counterexample: found,
    seed,
    errorInstance,
  } = fc.check(fc.property(snapshots, property), { numRuns: 200 });
  if (!failed || found === null) return null;
  const [{ town, beads, agents, nudges }] = found;
  const things = [town.policyOverride, ...beads.values(), ...agents.values(), ...nudges.values()];
  return `seed ${seed} ${String(errorInstance)}\n${things.map((thing) => JSON.stringify(thing)).join("\n")}`;
}

function comesToRestAtEveryLook(snapshot: Snapshot): boolean {
  let found = settle(snapshot, now);
  for (let look = 0; look < 6; look += 1) {
    const { settled, state, nextLook } = found;
    const time = nextLook ?? now;
    if (!settled || (nextLook !== null && look > 0 && time <= now)) return false;
    if (nextLook === null) return reconcile(state, now + 1).decisions.length === 0;
    found = settle(state, time);
    if (found.nextLook !== null && found.nextLook <= time) return false;
  }
  return true;
}

function decidesOnceAboutEach(snapshot: Snapshot): boolean {
  const touched = reconcile(snapshot, now).decisions.flatMap(({ decision }) => aggregatesOf(decision));
  return touched.length === new Set(touched).size;
}

/** No agent is nudged twice, and nothing is asked for twice, at one moment. */
function saysThingsOnce(snapshot: Snapshot): boolean {
  const { steps } = settle(snapshot, now);
  const said = steps.flatMap(({ decision }) => {
    if (decision.do === "warn-stuck") return [`warn ${decision.agent}`];
    return decision.do === "deliver-nudge" ? [decision.nudge] : [];
  });
  return said.length === new Set(said).size;
}

/** What must always hold, does; and nobody who is gone is named on what goes on. */
function keepsInvariants(snapshot: Snapshot): boolean {
  const { beads, agents, nudges } = settle(snapshot, now).state;
  const live = [...beads.values()].filter(({ status }) => status !== "closed" && status !== "failed");
  const hooks = [...agents.values()].flatMap(({ hook }) => hook ?? []);
  const read = live.filter(({ type, status }) => type === "merge_request" && status === "in_progress");
  return (
    hooks.length === new Set(hooks).size &&
    read.length <= 1 &&
    live.every(({ assignee }) => assignee === null || agents.has(assignee)) &&
    live.every(({ type, status }) => type !== "merge_request" || status !== "in_review") &&
    [...agents.values()].every(({ role, status, hook }) => role === "mayor" || status !== "working" || hook !== null) &&
    [...nudges.values()].every(({ agent, state }) => state !== "pending" || agents.has(agent))
  );
}

describe("the care of agents, in any town", () => {
  it.each([
    ["comes to rest, now and whenever it wants to look again", comesToRestAtEveryLook],
    ["makes one decision at most about each bead, agent and nudge in a pass", decidesOnceAboutEach],
    ["says nothing twice at one moment", saysThingsOnce],
    ["leaves a town in which the invariants hold", keepsInvariants],
  ])("%s", { timeout: 30_000 }, (_what, property) => {
    expect(counterexample(property)).toBeNull();
  });
});
