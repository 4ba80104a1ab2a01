import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, aWorker, now } from "../builders.ts";
import { isoTime } from "../time.ts";
import { reportAgent } from "./report-agent.ts";

const data = { agent: "gt-21", generation: 1, state: "running" as const, reason: "", at: isoTime(now - 50) };
const starting = aWorker("gt-21", "gt-1", { process: { state: "starting", askedAt: now - 900 } });

describe("report-agent", () => {
  it.each(["running", "exited", "failed"] as const)("stores that the last start is %s", (state) => {
    const told = { ...data, state, reason: "why" };
    expect(reportAgent.needs(told)).toEqual({ agents: ["gt-21"] });
    expect(reportAgent.decide(aSnapshot({ agents: [starting] }), told, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "agent.reported", agent: "gt-21", state, reason: "why", seenAt: now - 50 }],
    });
  });

  it("stores why it has ended, when that is told", () => {
    const told = { ...data, state: "exited" as const, reason: "drained", cause: "saved" as const };
    expect(reportAgent.decide(aSnapshot({ agents: [starting] }), told, aContext())).toMatchObject({
      changes: [{ reason: "drained", cause: "saved" }],
    });
  });

  it("does not believe a clock that is ahead", () => {
    const decided = reportAgent.decide(
      aSnapshot({ agents: [starting] }),
      { ...data, at: isoTime(now + 60_000) },
      aContext(),
    );
    expect(decided).toMatchObject({ changes: [{ seenAt: now }] });
  });

  it("changes nothing when it is known to run", () => {
    expect(reportAgent.decide(aSnapshot({ agents: [aWorker("gt-21", "gt-1")] }), data, aContext())).toEqual({
      outcome: "applied",
      changes: [],
    });
  });

  it.each([
    ["about an older start", { ...data, generation: 2 }, starting],
    [
      "about a start that has ended: ends are final",
      data,
      { ...starting, process: { state: "ended" as const, how: "exited" as const, reason: "crashed" } },
    ],
  ])("refuses a report %s as stale", (_reason, told, agent) => {
    expect(reportAgent.decide(aSnapshot({ agents: [agent] }), told, aContext())).toMatchObject({
      outcome: "refused",
      code: "stale",
    });
  });

  it("does not know other agents", () => {
    expect(reportAgent.decide(aSnapshot(), data, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
