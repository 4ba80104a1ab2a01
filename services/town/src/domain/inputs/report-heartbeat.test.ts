import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Issue } from "../bead.ts";
import { noDuty } from "../agent.ts";
import { aContext, aMayor, anAgent, anIssue, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { noSpent } from "../spent.ts";
import { isoTime } from "../time.ts";
import { reportHeartbeat } from "./report-heartbeat.ts";

const state = aSnapshot({ agents: [aWorker("gt-21", "gt-1"), anAgent("gt-22", { generation: 2 })] });
const beat = (agent: string, fields = {}) => ({
  agent,
  generation: 1,
  aliveAt: isoTime(now - 10),
  activeAt: null,
  tokens: 0,
  microUsd: 0,
  busy: false,
  ...fields,
});

describe("report-heartbeat", () => {
  it("stores liveness and activity apart, for the last start of each agent that is known", () => {
    const agents = [beat("gt-21", { activeAt: isoTime(now - 20) }), beat("gt-22"), beat("gt-zz")];
    expect(reportHeartbeat.needs({ agents })).toEqual({ hooksOf: ["gt-21", "gt-22", "gt-zz"] });
    expect(reportHeartbeat.decide(state, { agents }, aContext())).toEqual({
      outcome: "applied",
      changes: [
        {
          type: "agent.seen",
          agent: "gt-21",
          aliveAt: now - 10,
          activeAt: now - 20,
          tokens: 0,
          microUsd: 0,
          busy: false,
        },
      ],
    });
  });

  it("does not believe a clock that is ahead", () => {
    const agents = [beat("gt-21", { aliveAt: isoTime(now + 1), activeAt: isoTime(now + 1) })];
    expect(reportHeartbeat.decide(state, { agents }, aContext())).toMatchObject({
      changes: [{ aliveAt: now, activeAt: now }],
    });
  });

  describe("rouses the town only when it uses up a budget", () => {
    const issue = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", spent: { ...noSpent, tokens: 90 } });
    const rouses = (policy: PolicyOverride, used: object, fields: Partial<Issue> = {}) => {
      const town = aTown(policy, { spent: { ...noSpent, tokens: 90 } });
      const told = aSnapshot({ town, beads: [{ ...issue, ...fields }], agents: [aWorker("gt-21", "gt-1")] });
      const decided = reportHeartbeat.decide(told, { agents: [beat("gt-21", used)] }, aContext());
      return decided.outcome === "applied" && decided.changes.some(({ type }) => type === "town.roused");
    };
    it.each<[string, PolicyOverride, object, boolean]>([
      ["no budget", {}, { tokens: 1_000_000 }, false],
      ["tokens of the bead, not yet", { budgetBeadTokens: 100 }, { tokens: 9 }, false],
      ["tokens of the bead", { budgetBeadTokens: 100 }, { tokens: 10 }, true],
      ["tokens of the bead that were used up before", { budgetBeadTokens: 90 }, { tokens: 10 }, false],
      ["money of the bead", { budgetBeadMicroUsd: 5 }, { microUsd: 5 }, true],
      ["tokens of the town", { budgetTownTokens: 100 }, { tokens: 10 }, true],
      ["money of the town, not yet", { budgetTownMicroUsd: 5 }, { microUsd: 4 }, false],
      ["tokens of a convoy it is not in", { budgetConvoyTokens: 1000 }, { tokens: 100 }, false],
      ["a budget of nothing", { budgetBeadTokens: 0 }, { tokens: 10 }, false],
    ])("%s", (_what, policy, used, roused) => {
      expect(rouses(policy, used)).toBe(roused);
    });

    it("a hundredth of its convoy's, as nothing is known of the others", () => {
      const inConvoy = { convoy: "gt-5" };
      expect(rouses({ budgetConvoyTokens: 1000 }, { tokens: 9 }, inConvoy)).toBe(false);
      expect(rouses({ budgetConvoyTokens: 1000 }, { tokens: 10 }, inConvoy)).toBe(true);
      expect(rouses({ budgetConvoyTokens: 10 }, { tokens: 1 }, inConvoy)).toBe(true);
      expect(rouses({ budgetConvoyTokens: 10 }, {}, inConvoy)).toBe(false);
    });
  });

  it("takes an empty one", () => {
    expect(reportHeartbeat.decide(state, { agents: [] }, aContext())).toEqual({ outcome: "applied", changes: [] });
  });

  it("is terminal when it knows none of the agents", () => {
    expect(reportHeartbeat.decide(state, { agents: [beat("gt-zz")] }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});

const moved = (to: string) => [{ type: "agent.seen" }, { type: "agent.status-changed", agent: "hq-m", to }];

describe("report-heartbeat, of a mayor", () => {
  const duty = { ...noDuty, workingSince: now - 100 };
  it.each([
    ["begins a turn", { status: "waiting" }, { busy: true }, moved("working")],
    ["is in one", { status: "working" }, { busy: true }, [{ type: "agent.seen" }]],
    ["has ended one", { status: "working" }, { busy: false }, moved("waiting")],
    ["waits on", { status: "waiting" }, { busy: false }, [{ type: "agent.seen" }]],
    [
      "was seen before it was spoken to",
      { status: "working" },
      { busy: false, aliveAt: isoTime(now - 100) },
      [{ type: "agent.seen" }],
    ],
    [
      "is vouched for while it starts",
      { status: "working", process: { state: "starting", askedAt: now } },
      { busy: false },
      [{ type: "agent.seen" }],
    ],
    ["is to rest", { status: "idle" }, { busy: true }, [{ type: "agent.seen" }]],
  ] as const)("%s", (_what, fields, told, changes) => {
    const mayors = aSnapshot({ agents: [aMayor({ duty, ...fields })] });
    const decided = reportHeartbeat.decide(mayors, { agents: [beat("hq-m", told)] }, aContext());
    expect(decided).toMatchObject({ outcome: "applied", changes });
  });
});
