import { describe, expect, it } from "vitest";
import { aContext, aRig, aSnapshot } from "../builders.ts";
import { reportRig } from "./report-rig.ts";

const ready = {
  rig: "web",
  state: "ready" as const,
  defaultBranch: "main",
  cloneUrl: "http://forge/web.git",
  reason: null,
};

describe("report-rig", () => {
  it("stores what the forge says", () => {
    const state = aSnapshot({ rigs: [aRig({ state: "registering", cloneUrl: null })] });
    const { state: to, ...told } = ready;
    expect(reportRig.needs(ready)).toEqual({ rigs: ["web"] });
    expect(reportRig.decide(state, ready, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "rig.reported", from: "registering", to, ...told }],
    });
  });

  it.each([
    ["the same again", ready, 0],
    ["the same without a branch, which is kept", { ...ready, defaultBranch: null }, 0],
    ["another branch", { ...ready, defaultBranch: "trunk" }, 1],
    ["a failure", { ...ready, state: "failed" as const, reason: "gone" }, 1],
  ])("changes only what is new: %s", (_reason, data, count) => {
    const decided = reportRig.decide(aSnapshot(), data, aContext());
    expect(decided.outcome === "applied" && decided.changes.length).toBe(count);
  });

  it("does not know other rigs", () => {
    expect(reportRig.decide(aSnapshot(), { ...ready, rig: "api" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
  });
});
