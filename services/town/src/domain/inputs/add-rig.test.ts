import { describe, expect, it } from "vitest";
import { aContext, aRig, aSnapshot, now } from "../builders.ts";
import { addRig } from "./add-rig.ts";

const data = {
  rig: "api",
  prefix: "api",
  source: "/src/api",
  defaultBranch: null,
  check: "npm test",
  requiredApprovals: 1,
};

describe("add-rig", () => {
  it("adds a rig that the forge has yet to register", () => {
    const context = aContext();
    const rig = {
      ...data,
      state: "registering",
      policyOverride: {},
      model: null,
      models: {},
      instructions: {},
      env: {},
      stateReason: null,
      cloneUrl: null,
      askedAt: null,
      trace: context.trace,
      createdAt: now,
      version: 0,
    };
    expect(addRig.decide(aSnapshot(), data, context)).toEqual({
      outcome: "applied",
      changes: [{ type: "rig.added", rig }],
      result: { rig: "api" },
    });
    expect(addRig.needs(data)).toEqual({ rigs: "all" });
  });

  it("tries a rig that failed again, with the new settings and its old row", () => {
    const state = aSnapshot({ rigs: [aRig({ rig: "api", prefix: "api", state: "failed", version: 4, createdAt: 5 })] });
    expect(addRig.decide(state, data, aContext())).toMatchObject({
      changes: [{ rig: { state: "registering", source: "/src/api", version: 4, createdAt: 5 } }],
    });
  });

  it.each([
    ["a rig that is there", { rig: "web", prefix: "new" }, "already_exists"],
    ["the prefix of the town's own beads", { prefix: "hq" }, "invalid"],
    ["another rig's prefix: ids would not say whose they are", { prefix: "gt" }, "invalid"],
  ])("refuses %s", (_reason, fields, code) => {
    expect(addRig.decide(aSnapshot(), { ...data, ...fields }, aContext())).toMatchObject({ outcome: "refused", code });
  });

  it("refuses another prefix for a rig whose beads have one", () => {
    const state = aSnapshot({ rigs: [aRig({ rig: "api", prefix: "old", state: "failed" })] });
    expect(addRig.decide(state, data, aContext())).toMatchObject({ outcome: "refused", code: "invalid" });
  });
});
