import { describe, expect, it } from "vitest";
import { aContext, anAgent, aSnapshot, aWorker, now } from "../builders.ts";
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
