import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { aConvoy, anAgent, anIssue, aRequest, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { settle } from "../reconcile.ts";
import { noSpent } from "../spent.ts";
import type { Town } from "../town.ts";
import { assignOpenBead } from "./assign-open-bead.ts";
import { beginBudgetPeriod } from "./begin-budget-period.ts";
import { dispatch } from "./dispatch.ts";
import { keepBudgets } from "./keep-budgets.ts";
import { requestReview } from "./request-review.ts";
import { stopFinishedAgents } from "./stop-finished-agents.ts";

const spent = { dispatches: 3, agentMs: 100_000, tokens: 500, microUsd: 40 };
const works = (id: string, agent: string, fields = {}) =>
  anIssue(id, { status: "in_progress", assignee: agent, attempts: 1, spent, ...fields });
const worker = (agent: string, bead: string, fields: Partial<Agent> = {}) =>
  aWorker(agent, bead, { dispatchedAt: now - 10_000, ...fields });

interface Given {
  readonly beads: readonly Bead[];
  readonly agents?: readonly Agent[];
  readonly town?: Partial<Town>;
}

function look(policy: PolicyOverride, { beads, agents = [], town = {} }: Given) {
  return keepBudgets.look(aSnapshot({ beads, agents, town: aTown(policy, town) }), now);
}

const callBack = (bead: string, agent: string, reason: string) => ({ do: "call-back", bead, agent, reason });
const exceed = (scope: string, bead: string | null, budget: string, limit: number) => ({
  do: "exceed-budget",
  scope,
  bead,
  budget,
  limit,
});

const sentOften = (dispatches: number) => look({}, { beads: [anIssue("gt-1", { spent: { ...noSpent, dispatches } })] });

describe("keep-budgets, of one bead", () => {
  const one = { beads: [works("gt-1", "gt-21")], agents: [worker("gt-21", "gt-1")] };

  it.each<[string, PolicyOverride, string]>([
    ["tokens", { budgetBeadTokens: 500 }, "500 tokens"],
    ["money", { budgetBeadMicroUsd: 40 }, "$0.00"],
    ["agent time, with what runs now", { budgetBeadAgentMs: 110_000 }, "110 s of agent time"],
  ])("stops work whose %s are used up, and tells people", (_what, policy, amount) => {
    const [[budget, limit] = ["", 0]] = Object.entries(policy);
    expect(look(policy, one).decisions).toEqual([
      callBack("gt-1", "gt-21", `its budget of ${amount} is used up`),
      exceed("bead", "gt-1", budget, Number(limit)),
    ]);
  });

  it.each<[string, PolicyOverride, number | null]>([
    ["tokens are left", { budgetBeadTokens: 501 }, null],
    ["money is left", { budgetBeadMicroUsd: 41 }, null],
    ["time is left, and looks when it is over", { budgetBeadAgentMs: 110_001 }, now + 1],
    ["no dispatch is left but the one that runs", { budgetBeadDispatches: 3 }, null],
  ])("lets work go on while %s", (_what, policy, nextLook) => {
    expect(look(policy, one)).toEqual({ decisions: [], explanations: [], nextLook });
  });

  it("counts no time in which a start waits for its container", () => {
    const starting = worker("gt-21", "gt-1", { process: { state: "starting", askedAt: now - 10_000 } });
    expect(look({ budgetBeadAgentMs: 110_000 }, { ...one, agents: [starting] })).toMatchObject({ nextLook: null });
  });

  it.each<[string, Bead, boolean]>([
    ["an open bead", anIssue("gt-1", { spent }), true],
    ["an open bead of which they know", anIssue("gt-1", { spent, budgetTold: true }), false],
    ["a bead in review", anIssue("gt-1", { spent, status: "in_review" }), false],
    ["a bead that is done", anIssue("gt-1", { spent, status: "closed" }), false],
    ["a step, which nobody is sent to", anIssue("gt-1", { spent, kind: "step" }), false],
    ["a merge request that is read", aRequest("gt-1", "gt-9", { spent, re: { review: "approved" } }), false],
    ["a merge request that is parked", aRequest("gt-1", "gt-9", { spent, re: { parked: true } }), false],
    ["an adopted one", aRequest("gt-1", "gt-9", { spent, re: { adopts: 7, source: null } }), false],
    ["a merge request to read", aRequest("gt-1", "gt-9", { spent }), true],
  ])("tells people, once, that no dispatch is left for %s: %o", (_what, bead, told) => {
    const { decisions } = look(
      { budgetBeadDispatches: 3 },
      { beads: [bead, anIssue("gt-9", { status: "in_review" })] },
    );
    expect(decisions).toEqual(told ? [exceed("bead", "gt-1", "budgetBeadDispatches", 3)] : []);
  });

  it("takes it back when there is room again", () => {
    const told = anIssue("gt-1", { spent, budgetTold: true });
    expect(look({ budgetBeadDispatches: 4 }, { beads: [told] }).decisions).toEqual([
      { do: "restore-budget", scope: "bead", bead: "gt-1" },
    ]);
  });

  it("ends endless rework: 50 dispatches unless the policy says otherwise", () => {
    expect(sentOften(49).decisions).toEqual([]);
    expect(sentOften(50).decisions).toEqual([exceed("bead", "gt-1", "budgetBeadDispatches", 50)]);
  });
});

describe("keep-budgets, of a convoy", () => {
  const convoy = aConvoy("gt-5", ["gt-1", "gt-2", "gt-3"]);
  const beads = [
    convoy,
    works("gt-1", "gt-21", { convoy: "gt-5" }),
    anIssue("gt-2", { convoy: "gt-5", spent }),
    anIssue("gt-3", { convoy: "gt-5", spent, status: "closed" }),
    works("gt-4", "gt-22"),
  ];
  const agents = [worker("gt-21", "gt-1"), worker("gt-22", "gt-4")];

  it("sums up its beads, those that have ended too, and stops what runs for it alone", () => {
    expect(look({ budgetConvoyTokens: 1501 }, { beads, agents }).decisions).toEqual([]);
    expect(look({ budgetConvoyTokens: 1500 }, { beads, agents }).decisions).toEqual([
      callBack("gt-1", "gt-21", "its convoy's budget of 1500 tokens is used up"),
      exceed("convoy", "gt-5", "budgetConvoyTokens", 1500),
    ]);
  });

  it("looks when those at work for it have used up its time", () => {
    const two = [...beads.slice(0, 2), works("gt-2", "gt-23", { convoy: "gt-5" }), ...beads.slice(3)];
    const crew = [...agents, worker("gt-23", "gt-2", { dispatchedAt: now - 20_000 })];
    const left = 300_000 + 30_000 + 7001;
    expect(look({ budgetConvoyAgentMs: left }, { beads: two, agents: crew })).toMatchObject({
      decisions: [],
      nextLook: now + 3501,
    });
  });

  it("leaves a convoy alone that has ended", () => {
    const ended = [{ ...convoy, status: "failed" as const }, ...beads.slice(1)];
    expect(look({ budgetConvoyTokens: 1 }, { beads: ended, agents }).decisions).toEqual([]);
  });
});

describe("keep-budgets, of a town", () => {
  const beads = [works("gt-1", "gt-21"), anIssue("gt-2")];
  const agents = [worker("gt-21", "gt-1")];
  const town = { spent, spentSince: now - 50_000 };

  it("stops all that runs, and tells people once", () => {
    expect(look({ budgetTownTokens: 500 }, { beads, agents, town }).decisions).toEqual([
      callBack("gt-1", "gt-21", "the town's budget of 500 tokens is used up"),
      exceed("town", null, "budgetTownTokens", 500),
    ]);
    const told = { ...town, budgetTold: true };
    expect(look({ budgetTownTokens: 500 }, { beads: [anIssue("gt-2")], town: told }).decisions).toEqual([]);
    expect(look({ budgetTownTokens: 501 }, { beads: [anIssue("gt-2")], town: told }).decisions).toEqual([
      { do: "restore-budget", scope: "town", bead: null },
    ]);
  });

  it("counts only the time that belongs to the period", () => {
    const long = [worker("gt-21", "gt-1", { dispatchedAt: now - 900_000 })];
    expect(look({ budgetTownAgentMs: 150_001 }, { beads, agents: long, town })).toMatchObject({
      decisions: [],
      nextLook: now + 1,
    });
    expect(look({ budgetTownAgentMs: 150_000 }, { beads, agents: long, town }).decisions).toHaveLength(2);
  });

  it("says nothing while nobody waits for it", () => {
    expect(look({ budgetTownTokens: 500 }, { beads: [], town }).decisions).toEqual([]);
  });

  it("stops nothing for what was used in a period that is over", () => {
    const over = { spent, spentSince: now - 90_000 };
    expect(look({ budgetTownTokens: 500, budgetPeriodMs: 90_000 }, { beads, agents, town: over }).decisions).toEqual(
      [],
    );
  });
});

/** Those that act on what budgets allow. */
const rules = [beginBudgetPeriod, keepBudgets, stopFinishedAgents, requestReview, assignOpenBead, dispatch];

describe("a town with budgets", () => {
  const beads = [works("gt-1", "gt-21", { lastDispatchAt: now - 10_000 })];
  const agents = [worker("gt-21", "gt-1")];

  it("stops the work, which is no attempt and waits for a person, and goes on by itself when there is room", () => {
    const snapshot = aSnapshot({ beads, agents, policy: { budgetBeadTokens: 500 } });
    const stopped = settle(snapshot, now, rules);
    expect(stopped.steps.map(({ decision }) => decision.do)).toEqual(["call-back", "exceed-budget", "stop-agent"]);
    expect(stopped.state.beads.get("gt-1")).toMatchObject({
      status: "open",
      assignee: null,
      attempts: 0,
      setbacks: 0,
      budgetTold: true,
      spent: { ...spent, agentMs: 110_000 },
    });
    expect(stopped.said).toMatchObject([
      {
        bead: "gt-1",
        says: "waits for a person: it has used up its budget of 500 tokens",
        movesWhen: "budgetBeadTokens is raised, or a person closes it",
        until: null,
      },
    ]);
    const raised = evolveAll(
      stopped.state,
      [
        { type: "agent.reported", agent: "gt-21", state: "exited", reason: "stopped", seenAt: now },
        { type: "town.updated", changed: { policyOverride: { budgetBeadTokens: 600 } } },
      ],
      now,
    );
    const went = settle({ ...stopped.state, ...raised }, now, rules);
    expect(went.steps.map(({ decision }) => decision.do)).toEqual(["restore-budget", "assign", "dispatch"]);
    expect(went.state.beads.get("gt-1")).toMatchObject({ budgetTold: false, attempts: 1 });
  });

  it("waits for the next period of the town, and looks when it begins", () => {
    const town = aTown({ budgetTownTokens: 500, budgetPeriodMs: 60_000 }, { spent, spentSince: now - 50_000 });
    const stopped = settle(aSnapshot({ beads, agents, town }), now, rules);
    expect(stopped.said).toMatchObject([
      {
        bead: "gt-1",
        says: "waits {wait} for the next budget period: the town has used up its budget of 500 tokens",
        until: now + 10_000,
      },
    ]);
    const ended = evolveAll(
      stopped.state,
      [{ type: "agent.reported", agent: "gt-21", state: "exited", reason: "stopped", seenAt: now }],
      now,
    );
    expect(settle({ ...stopped.state, ...ended }, now, rules).nextLook).toBe(now + 10_000);
    const next = settle({ ...stopped.state, ...ended }, now + 10_000, rules);
    expect(next.steps.map(({ decision }) => decision.do)).toEqual(["begin-budget-period", "assign", "dispatch"]);
    expect(next.state.town).toMatchObject({ spent: { dispatches: 1, tokens: 0 }, budgetTold: false });
  });

  it("says that a budget of nothing waits for a person", () => {
    const { said, nextLook } = settle(
      aSnapshot({ beads: [anIssue("gt-1")], policy: { budgetTownDispatches: 0 } }),
      now,
      rules,
    );
    expect(said).toMatchObject([
      { says: "waits for a person: the town may use 0 dispatches", movesWhen: "budgetTownDispatches is raised" },
    ]);
    expect(nextLook).toBeNull();
  });

  it("sends no refinery to read what has used up its budget", () => {
    const request = aRequest("gt-3", "gt-2", { spent });
    const inReview = anIssue("gt-2", { status: "in_review" });
    const { steps, said } = settle(
      aSnapshot({ beads: [inReview, request], agents: [anAgent("gt-21")], policy: { budgetBeadDispatches: 3 } }),
      now,
      rules,
    );
    expect(steps.map(({ decision }) => decision.do)).toEqual(["exceed-budget"]);
    expect(said.filter(({ rule }) => rule === "request-review")).toMatchObject([
      { bead: "gt-3", says: "waits for a person: it has used up its budget of 3 dispatches" },
      { bead: "gt-2" },
    ]);
  });
});
