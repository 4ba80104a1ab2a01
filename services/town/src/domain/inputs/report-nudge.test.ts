import { describe, expect, it } from "vitest";
import { noDuty, type Agent } from "../agent.ts";
import { aContext, aMayor, anAgent, aNudge, aSnapshot, aWorker, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import type { Nudge } from "../nudge.ts";
import { reportNudge } from "./report-nudge.ts";

const delivered = { nudge: "n-1", agent: "gt-21", state: "delivered" as const, reason: "" };
const failed = { ...delivered, state: "failed" as const, reason: "it does not run any more" };
const asked = aNudge("n-1", "gt-21", { askedAt: now - 5000 });
const worker = aWorker("gt-21", "gt-1");

function decide(data: typeof delivered | typeof failed, nudge: Nudge = asked, agents: Agent[] = [worker]) {
  return reportNudge.decide(aSnapshot({ nudges: [nudge], agents }), data, aContext());
}

describe("report-nudge", () => {
  it("keeps the receipt", () => {
    expect(reportNudge.needs(delivered)).toEqual({ agents: ["gt-21"], nudges: ["n-1"] });
    expect(decide(delivered)).toEqual({
      outcome: "applied",
      changes: [{ type: "nudge.settled", nudge: "n-1", agent: "gt-21", state: "delivered", reason: "" }],
    });
  });

  it("takes a receipt of an agent that has ended since, or is gone", () => {
    for (const agents of [[anAgent("gt-21")], []]) {
      expect(decide(delivered, asked, agents)).toMatchObject({ changes: [{ state: "delivered" }] });
    }
  });

  it("settles as failed what the present start cannot be told", () => {
    expect(decide(failed)).toMatchObject({ changes: [{ state: "failed", reason: "it does not run any more" }] });
  });

  it.each([
    ["the agent is between done and its next start", [anAgent("gt-21", { process: { state: "running" } })]],
    ["the start has ended", [{ ...worker, process: { state: "ended" as const, how: "exited" as const, reason: "x" } }]],
    ["the next start is not through yet", [{ ...worker, process: { state: "starting" as const, askedAt: now } }]],
    ["a later start works already", [{ ...worker, dispatchedAt: now - 1000 }]],
    ["the agent is gone", []],
  ])("loses nothing: a failure changes nothing when %s", (_reason, agents) => {
    expect(decide(failed, asked, agents)).toEqual({ outcome: "applied", changes: [] });
  });

  it.each(["delivered", "expired", "failed"] as const)("changes nothing about one that is %s", (state) => {
    expect(decide(delivered, { ...asked, state })).toEqual({ outcome: "applied", changes: [] });
  });

  it("does not know other nudges, nor other agents' nudges", () => {
    expect(reportNudge.decide(aSnapshot(), delivered, aContext())).toMatchObject({
      outcome: "terminal",
      code: "nudge_not_found",
    });
    expect(decide({ ...delivered, agent: "gt-22" })).toMatchObject({ outcome: "refused", code: "invalid" });
  });
});

describe("report-nudge, of a mayor's", () => {
  const said = aNudge("n-1", "hq-m", { askedAt: now - 5000 });
  const about = { ...delivered, agent: "hq-m" };

  it("begins its turn, and keeps since when", () => {
    const state = aSnapshot({ nudges: [said], agents: [aMayor({ duty: { ...noDuty, setbacks: 3 } })] });
    const decided = reportNudge.decide(state, about, aContext());
    expect(decided).toMatchObject({
      changes: [{ state: "delivered" }, { type: "agent.status-changed", from: "waiting", to: "working" }],
    });
    const after = decided.outcome === "applied" ? evolveAll(state, decided.changes, now) : null;
    expect(after?.agents.get("hq-m")).toMatchObject({ status: "working", duty: { workingSince: now, setbacks: 0 } });
  });

  it.each(["working", "idle"] as const)("changes nothing else of a %s one", (status) => {
    expect(decide(about, said, [aMayor({ status })])).toMatchObject({ changes: [{ state: "delivered" }] });
  });

  it("never gives it up: whatever fails, it is said some time (W16)", () => {
    expect(decide({ ...about, state: "failed", reason: "x" }, said, [aMayor()])).toEqual({
      outcome: "applied",
      changes: [],
    });
  });
});
