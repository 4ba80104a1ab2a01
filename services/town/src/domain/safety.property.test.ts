import type { PolicyOverride } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayRun, type Agent, type Process } from "./agent.ts";
import { isEnded, isWork, type Issue } from "./bead.ts";
import { trippedFor } from "./breaker.ts";
import { aConvoy, anAgent, anIssue, aPull, aRequest, aRig, aSnapshot, aTown, head, now } from "./builders.ts";
import { evolveAll } from "./evolve.ts";
import { polecatsAtWork, polecatsRunning } from "./polecats.ts";
import { settle, type Settled } from "./reconcile.ts";
import type { Snapshot } from "./snapshot.ts";

/** Towns on which breakers, budgets, caps and the emergency stop have something to say. */
const issueIds = ["gt-1", "gt-2", "api-3", "api-4", "gt-5"] as const;
const past = (ms: number) => fc.integer({ min: now - ms, max: now });
const few = fc.integer({ min: 0, max: 6 });
const spent = fc.record({ dispatches: few, agentMs: fc.integer({ min: 0, max: 90_000 }), tokens: few, microUsd: few });
const budget = fc.option(few, { nil: null });
const timeBudget = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: null });

const processes: fc.Arbitrary<Process> = fc.oneof(
  fc.constant({ state: "none" as const }),
  fc.record({ state: fc.constant("starting" as const), askedAt: past(200_000) }),
  fc.constant({ state: "running" as const }),
  fc.record({
    state: fc.constant("ended" as const),
    how: fc.constantFrom("exited" as const, "failed" as const),
    reason: fc.constant("why"),
    cause: fc.constantFrom("crashed" as const, "container_lost" as const, "stopped" as const),
  }),
);

/** A bead with the agent that works on it, when it is worked on. */
function anyWork(bead: string): fc.Arbitrary<{ issue: Issue; agents: Agent[] }> {
  const agent = `${bead.split("-")[0]}-a${bead.split("-")[1]}`;
  const rig = bead.startsWith("api") ? "api" : "web";
  return fc
    .record({
      status: fc.constantFrom("open" as const, "in_progress" as const, "in_progress" as const, "closed" as const),
      convoy: fc.constantFrom(null, "gt-c"),
      attempts: fc.integer({ min: 0, max: 5 }),
      setbacks: fc.integer({ min: 0, max: 9 }),
      lastDispatchAt: past(700_000),
      held: fc.boolean(),
      budgetTold: fc.boolean(),
      spent,
      process: processes,
      dispatchedAt: past(100_000),
      aliveAt: past(120_000),
      idle: fc.boolean(),
    })
    .map(({ process, dispatchedAt, aliveAt, idle, ...fields }) => {
      const at = { process, dispatchedAt, aliveAt, workedOn: bead, generation: 2, rig, name: `Name-${agent}` };
      const busy = fields.status === "in_progress";
      const worker = anAgent(agent, { ...at, ...(busy ? { status: "working", hook: bead } : { dispatchedAt: null }) });
      return {
        issue: anIssue(bead, { ...fields, rig, assignee: busy ? agent : null }),
        agents: busy || idle ? [worker] : [],
      };
    });
}

const policies: fc.Arbitrary<PolicyOverride> = fc.record({
  maxPolecatsPerTown: fc.integer({ min: 1, max: 4 }),
  maxPolecatsPerRig: fc.integer({ min: 1, max: 3 }),
  breakerFailures: fc.integer({ min: 1, max: 5 }),
  breakerRigFailures: fc.integer({ min: 1, max: 4 }),
  budgetBeadDispatches: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null }),
  budgetBeadAgentMs: timeBudget,
  budgetBeadTokens: budget,
  budgetConvoyAgentMs: timeBudget,
  budgetConvoyTokens: budget,
  budgetTownDispatches: budget,
  budgetTownAgentMs: timeBudget,
  budgetTownMicroUsd: budget,
  budgetPeriodMs: fc.integer({ min: 1000, max: 200_000 }),
});

const towns: fc.Arbitrary<Snapshot> = fc
  .record({
    policy: policies,
    works: fc.tuple(...issueIds.map(anyWork)),
    failures: fc.array(fc.record({ rig: fc.constantFrom("web", "api", "gone"), at: past(2_000_000) }), {
      maxLength: 6,
    }),
    open: fc.subarray([null, "web", "gone"]),
    spent,
    spentSince: past(300_000),
    budgetTold: fc.boolean(),
    convoyTold: fc.boolean(),
    request: fc.record({ spent, setbacks: few, lastDispatchAt: past(700_000), held: fc.boolean() }),
    stopped: fc.constantFrom(null, null, { at: now - 5, by: "user:ann", reason: "" }),
  })
  .map(({ policy, works, convoyTold, request, ...town }) => {
    const { held: ready, ...asked } = request;
    const re = ready ? { pull: aPull({ state: "ready" }), review: "approved" as const, reviewHead: head("1") } : {};
    return aSnapshot({
      town: aTown(policy, town),
      rigs: [aRig(), aRig({ rig: "api", prefix: "api" })],
      beads: [
        ...works.map(({ issue }) => issue),
        aConvoy("gt-c", [...issueIds], { budgetTold: convoyTold }),
        anIssue("gt-r", { status: "in_review" }),
        aRequest("gt-s", "gt-r", { ...asked, re }),
      ],
      agents: works.flatMap(({ agents }) => agents),
    });
  });

/** Null when the property holds of all; else the seed and what did not hold. */
function counterexample(property: (snapshot: Snapshot) => boolean, numRuns: number): string | null {
  const checked = fc.check(fc.property(towns, property), { numRuns });
  if (!checked.failed) return null;
  const [snapshot] = checked.counterexample ?? [];
  const plain = snapshot === undefined ? {} : { ...snapshot.town, policy: snapshot.town.policyOverride };
  const things = snapshot === undefined ? [] : [...snapshot.beads.values(), ...snapshot.agents.values()];
  const error = checked.errorInstance instanceof Error ? checked.errorInstance.message : "";
  return `seed ${checked.seed}, path ${checked.counterexamplePath}: ${error}\n${JSON.stringify({ plain, things })}`;
}

const done = ({ steps }: Settled) => steps.map(({ decision }) => decision);

function settlesLater(snapshot: Snapshot): boolean {
  let found = settle(snapshot, now);
  for (let look = 0; look < 8 && found.nextLook !== null; look += 1) {
    const time = found.nextLook;
    if (!found.settled) return false;
    found = settle(found.state, time);
    if (found.nextLook !== null && found.nextLook <= time) return false;
  }
  return found.settled;
}

function tellsOnce(snapshot: Snapshot): boolean {
  const edges = done(settle(snapshot, now)).filter(({ do: what }) => /breaker|budget/.test(what));
  const told = edges.map((edge) => JSON.stringify(edge));
  return told.length === new Set(told).size;
}

function keepsCaps(snapshot: Snapshot): boolean {
  const { state } = settle(snapshot, now);
  const { maxPolecatsPerRig, maxPolecatsPerTown } = state.town.policy;
  const within = (rig: string | undefined, cap: number) =>
    polecatsAtWork(state, rig) <= Math.max(cap, polecatsAtWork(snapshot, rig)) &&
    polecatsRunning(state, rig) <= Math.max(cap, polecatsRunning(snapshot, rig));
  return within("web", maxPolecatsPerRig) && within("api", maxPolecatsPerRig) && within(undefined, maxPolecatsPerTown);
}

function staysWithin(snapshot: Snapshot): boolean {
  const { state, steps } = settle(snapshot, now);
  const { budgetBeadTokens, budgetBeadDispatches } = state.town.policy;
  const working = [...state.beads.values()].filter(isWork).filter(({ status }) => status === "in_progress");
  const sent = steps.flatMap(({ decision, after }) => {
    const bead = decision.do === "dispatch" ? after.beads.get(decision.bead) : undefined;
    return bead === undefined || !isWork(bead) ? [] : [{ bead, after }];
  });
  return (
    working.every(({ spent: used }) => budgetBeadTokens === null || used.tokens < budgetBeadTokens) &&
    sent.every(({ bead, after }) => {
      const left = budgetBeadDispatches === null || bead.spent.dispatches <= budgetBeadDispatches;
      return left && trippedFor(after, bead.rig, now) === null;
    })
  );
}

function failsForAttemptsOnly(snapshot: Snapshot): boolean {
  return done(settle(snapshot, now)).every((decision) => {
    const bead = decision.do === "fail-bead" ? snapshot.beads.get(decision.bead) : undefined;
    return bead === undefined || (isWork(bead) && bead.attempts >= snapshot.town.policy.maxDispatchAttempts);
  });
}

/** All that may be decided about a stopped town. */
const ends = new Set(["call-back", "stop-agent", "give-up-agent", "unhook", "close-merged", "end-abandoned", "repair"]);

function restsStopped(snapshot: Snapshot): boolean {
  const stopped = { ...snapshot, town: { ...snapshot.town, stopped: { at: now, by: "user:ann", reason: "" } } };
  const found = settle(stopped, now);
  const running = [...found.state.agents.values()].filter(mayRun);
  const reports = running.map(({ agent }) => {
    return {
      type: "agent.reported",
      agent,
      state: "exited",
      reason: "stopped",
      cause: "stopped",
      seenAt: now,
    } as const;
  });
  const ended = { ...found.state, ...evolveAll(found.state, reports, now) };
  const working = [...found.state.beads.values()].filter(({ status }) => status === "in_progress");
  return done(found).every((d) => ends.has(d.do)) && working.length === 0 && settle(ended, now).nextLook === null;
}

function speaksOfAll(snapshot: Snapshot): boolean {
  const { state, said } = settle(snapshot, now);
  const spoken = new Set(said.map(({ bead }) => bead));
  return [...state.beads.values()].every((bead) => !isWork(bead) || isEnded(bead) || spoken.has(bead.bead));
}

/** A second or two where nothing else runs. */
const patience = 30_000;

describe("a town that may run away", () => {
  it.each<[string, (snapshot: Snapshot) => boolean, number]>([
    ["settles, and does so again at every later moment at which it wants to look", settlesLater, 60],
    ["tells each edge of a breaker or a budget once", tellsOnce, 150],
    ["never has more polecats at work than the caps allow", keepsCaps, 150],
    ["leaves nothing at work beyond its budget, and dispatches nothing into one or an open breaker", staysWithin, 150],
    ["fails no bead for setbacks (W8)", failsForAttemptsOnly, 150],
    ["only ends things while it is stopped, and has nothing due once all has ended", restsStopped, 150],
    ["says of every live work item why it is where it is", speaksOfAll, 150],
  ])(
    "%s",
    (_what, property, runs) => {
      expect(counterexample(property, runs)).toBeNull();
    },
    patience,
  );
});

describe("waiting for people", () => {
  it("makes no town due: what is held, blocked, staged, approved by people or stopped has no time but the daily question to the forge (W10)", () => {
    const awaits = { pull: aPull({ state: "awaiting_approval" }), awaitingSince: now - 9 };
    const beads = [
      anIssue("gt-1", { held: true, attempts: 2, lastDispatchAt: now }),
      anIssue("gt-2", { dependsOn: ["gt-1"], blocked: true, attempts: 2, lastDispatchAt: now }),
      aConvoy("gt-c", ["gt-3"], { staged: true }),
      anIssue("gt-3", { convoy: "gt-c" }),
      anIssue("gt-4", { status: "in_review" }),
      aRequest("gt-5", "gt-4", { re: awaits }),
      anIssue("gt-6", { spent: { dispatches: 50, agentMs: 0, tokens: 0, microUsd: 0 }, budgetTold: true }),
    ];
    const failures = Array.from({ length: 9 }, () => ({ rig: "web", at: now - 1 }));
    const { steps, nextLook, said } = settle(aSnapshot({ beads, town: aTown({}, { failures }) }), now);
    expect(steps.map(({ decision }) => decision.do)).toEqual([]);
    expect(nextLook).toBeGreaterThan(now + 23 * 3_600_000);
    expect(said.every(({ until }) => until === null)).toBe(true);
    expect(said.map(({ bead }) => bead)).toEqual(expect.arrayContaining(["gt-1", "gt-2", "gt-3", "gt-5", "gt-6"]));
  });
});
