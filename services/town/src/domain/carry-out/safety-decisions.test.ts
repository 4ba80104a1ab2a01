import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { aConvoy, anAgent, anIssue, aRequest, aRig, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import type { BudgetName, BudgetScope } from "../budgets.ts";
import { carryOut } from "../carry-out.ts";
import type { Change } from "../change.ts";
import type { Decision } from "../decision.ts";
import { evolveAll } from "../evolve.ts";
import type { Town } from "../town.ts";

const by = { actor: "rule:keep-budgets", now };
const spent = { dispatches: 3, agentMs: 100_000, tokens: 500, microUsd: 40 };
const working = anIssue("gt-1", {
  status: "in_progress",
  assignee: "gt-21",
  attempts: 3,
  lastDispatchAt: now - 9,
  spent,
});

interface Given {
  readonly beads?: readonly Bead[];
  readonly agents?: readonly Agent[];
  readonly town?: Town;
}

function carriedOut(decision: Decision, given: Given): Change[] {
  return carryOut(aSnapshot(given), decision, by);
}
const escalation = (changes: readonly Change[]) =>
  changes.flatMap((change) => (change.type === "bead.created" ? [change.bead] : []))[0];

const call = (bead: string, agent: string | null) => ({ do: "call-back", bead, agent, reason: "stopped" }) as const;
const release = (setback: boolean) =>
  ({ do: "release", bead: "gt-1", agent: "gt-21", reason: "why", lost: false, setback }) as const;

describe("call-back", () => {
  it("takes the work from its agent, and forgives the attempt and its waiting time", () => {
    const state = aSnapshot({ beads: [working], agents: [aWorker("gt-21", "gt-1", { dispatchedAt: now - 7000 })] });
    const changes = carryOut(state, call("gt-1", "gt-21"), by);
    expect(changes.map(({ type }) => type)).toEqual([
      "attempt.forgiven",
      "bead.status-changed",
      "bead.released",
      "agent.status-changed",
    ]);
    const after = evolveAll(state, changes, now);
    expect(after?.beads.get("gt-1")).toMatchObject({
      status: "open",
      assignee: null,
      attempts: 2,
      setbacks: 0,
      lastDispatchAt: null,
      spent: { dispatches: 3, agentMs: 107_000 },
    });
    expect(after?.agents.get("gt-21")).toMatchObject({ hook: null, status: "idle", process: { state: "running" } });
    expect(after?.town.failures).toEqual([]);
  });

  it("makes a merge request unread again, and forgives nothing to what was not sent", () => {
    const reading = aRequest("gt-2", "gt-9", { status: "in_progress", assignee: "gt-21", re: { review: "requested" } });
    const refinery = aWorker("gt-21", "gt-2", { role: "refinery" });
    const read = carriedOut(call("gt-2", "gt-21"), { beads: [reading], agents: [refinery] });
    expect(read.map(({ type }) => type)).toContain("review.withdrawn");
    const hooked = { beads: [anIssue("gt-1", { assignee: "gt-21" })], agents: [anAgent("gt-21", { hook: "gt-1" })] };
    expect(carriedOut(call("gt-1", "gt-21"), hooked).map(({ type }) => type)).toEqual(["bead.released"]);
    expect(carriedOut(call("gt-1", null), { beads: [{ ...working, assignee: null }] }).map(({ type }) => type)).toEqual(
      ["attempt.forgiven", "bead.status-changed"],
    );
  });
});

/** The town after the release of a run that ended so. */
function releasedFrom(process: Agent["process"], { setback = true, setbacks = 0 } = {}) {
  const agent = aWorker("gt-21", "gt-1", { process, dispatchedAt: now - 7000 });
  const town = aTown({}, { spent });
  const state = aSnapshot({ beads: [{ ...working, setbacks }], agents: [agent], town });
  const changes = carryOut(state, release(setback), by);
  return { changes, state: evolveAll(state, changes, now) };
}

describe("release, of a run that brought nothing", () => {
  const failed: Agent["process"] = { state: "ended", how: "failed", reason: "no image" };
  const lost: Agent["process"] = { state: "ended", how: "exited", reason: "lost", cause: "container_lost" };

  it("is no attempt when it is nobody's fault, but the breaker counts it (W7, W8)", () => {
    const { state } = releasedFrom(lost);
    expect(state?.beads.get("gt-1")).toMatchObject({ attempts: 2, setbacks: 1, lastDispatchAt: now - 9 });
    expect(state?.beads.get("gt-1")).toMatchObject({ spent: { dispatches: 3, agentMs: 107_000 } });
    expect(state?.town.failures).toEqual([{ rig: "web", at: now }]);
  });

  it("used nothing when it never ran: neither a dispatch nor time", () => {
    const { state } = releasedFrom(failed);
    expect(state?.beads.get("gt-1")).toMatchObject({ setbacks: 1, spent: { dispatches: 2, agentMs: 100_000 } });
    expect(state?.town.spent).toMatchObject({ dispatches: 2, agentMs: 100_000 });
  });

  it("is an attempt otherwise", () => {
    const { state } = releasedFrom({ state: "running" }, { setback: false });
    expect(state?.beads.get("gt-1")).toMatchObject({ attempts: 3, setbacks: 0 });
    expect(state?.town.failures).toHaveLength(1);
  });

  it.each([
    [3, 0],
    [4, 1],
    [5, 0],
  ])("after %i setbacks before, people are told %i times: once, at the alarm (5)", (setbacks, told) => {
    const { changes } = releasedFrom(failed, { setbacks });
    expect(changes.filter(({ type }) => type === "escalation.raised")).toHaveLength(told);
    if (told === 0) return;
    expect(escalation(changes)).toMatchObject({ title: "gt-1 does not get to work: Title of gt-1", parent: "gt-1" });
    expect(escalation(changes)?.body).toContain("5 starts");
  });

  it("counts nothing when no run ended", () => {
    const hooked = { beads: [anIssue("gt-1", { assignee: "gt-21" })], agents: [anAgent("gt-21", { hook: "gt-1" })] };
    expect(carriedOut(release(false), hooked).map(({ type }) => type)).toEqual(["bead.released"]);
    const elsewhere = { beads: [working], agents: [aWorker("gt-21", "gt-7")] };
    expect(carriedOut(release(false), elsewhere).map(({ type }) => type)).not.toContain("attempt.failed");
  });
});

describe("the breaker", () => {
  it.each([
    [null, "Nothing is dispatched in the town: 7 attempts failed in 30 min", null],
    ["web", "Nothing is dispatched in rig web: 7 attempts failed in 30 min", "web"],
  ])("opens (%s) and closes; people are told when it opens", (rig, title, place) => {
    const state = aSnapshot({ rigs: [aRig()] });
    const opened = carryOut(state, { do: "open-breaker", rig, failures: 7 }, by);
    expect(opened[0]).toEqual({ type: "breaker.opened", rig, failures: 7, windowMs: 1_800_000 });
    expect(escalation(opened)).toMatchObject({ title, rig: place, parent: null, severity: "high" });
    const open = evolveAll(state, opened, now);
    expect(open?.town.open).toEqual([rig]);
    expect(carryOut(state, { do: "close-breaker", rig }, by)).toEqual([{ type: "breaker.closed", rig }]);
    expect(evolveAll(open, [{ type: "breaker.closed", rig }], now)?.town.open).toEqual([]);
  });
});

describe("budgets", () => {
  const agents = [aWorker("gt-21", "gt-1", { dispatchedAt: now - 7000 })];
  const beads = [{ ...working, convoy: "gt-5" }, aConvoy("gt-5", ["gt-1"])];
  const limits = { budgetBeadAgentMs: 1, budgetConvoyAgentMs: 1, budgetTownAgentMs: 1 };
  const town = aTown(limits, { spent, spentSince: now - 5000 });

  it.each<readonly [BudgetScope, string | null, BudgetName, { agentMs: number; title: string }]>([
    ["bead", "gt-1", "budgetBeadAgentMs", { agentMs: 107_000, title: "gt-1, Title of gt-1, has used up" }],
    ["convoy", "gt-5", "budgetConvoyAgentMs", { agentMs: 107_000, title: "gt-5, Title of gt-5, has used up" }],
    ["town", null, "budgetTownAgentMs", { agentMs: 105_000, title: "The town has used up" }],
  ])(
    "of a %s that is used up is told with what was spent, running work too",
    (scope, bead, budget, { agentMs, title }) => {
      const state = aSnapshot({ beads, agents, town });
      const changes = carryOut(state, { do: "exceed-budget", scope, bead, budget, limit: 1 }, by);
      const id = bead ?? "demo";
      expect(changes[0]).toEqual({
        type: "budget.exceeded",
        scope,
        id,
        budget,
        limit: 1,
        spent: { ...spent, agentMs },
      });
      expect(escalation(changes)).toMatchObject({ title: `${title} ${budget} (1)`, parent: bead });
      const told = evolveAll(state, changes, now);
      const isTold = (of: typeof told) => {
        const about = of?.beads.get(id);
        return about !== undefined && "budgetTold" in about ? about.budgetTold : of?.town.budgetTold;
      };
      expect(isTold(told)).toBe(true);
      const restored = carryOut(state, { do: "restore-budget", scope, bead }, by);
      expect(isTold(evolveAll(told, restored, now))).toBe(false);
    },
  );

  it("of a town begin anew with each period", () => {
    const state = aSnapshot({ town: { ...town, budgetTold: true } });
    const changes = carryOut(state, { do: "begin-budget-period" }, by);
    expect(evolveAll(state, changes, now)?.town).toMatchObject({
      spent: { tokens: 0 },
      spentSince: now,
      budgetTold: false,
    });
  });
});
