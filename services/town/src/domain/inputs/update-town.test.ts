import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, aTown } from "../builders.ts";
import { updateTown } from "./update-town.ts";

const sealed = { sealed: "c2VhbGVk", hint: "****1234" };

describe("update-town", () => {
  const override = { autoMerge: false, maxPolecatsPerRig: 3 };
  const state = aSnapshot({ town: aTown(override, { model: "old" }) });

  it.each([
    ["fields that are given", { name: "New", model: "m" }, { name: "New", model: "m" }],
    ["no model, which is a value of its own", { model: null }, { model: null }],
    [
      "policy fields on top of those stored: the others stay",
      { policy: { maxPolecatsPerRig: 2 } },
      { policyOverride: { autoMerge: false, maxPolecatsPerRig: 2 } },
    ],
    [
      "no policy field by leaving it out",
      { policy: { autoMerge: undefined, codeReview: false } },
      { policyOverride: { autoMerge: false, maxPolecatsPerRig: 3, codeReview: false } },
    ],
  ])("stores %s", (_reason, data, changed) => {
    expect(updateTown.needs(data)).toEqual({});
    expect(updateTown.decide(state, data, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.updated", changed }],
    });
  });

  it.each<[string, Parameters<typeof updateTown.decide>[1], object]>([
    ["a model for a role", { models: { mayor: "a/deep" } }, { models: { polecat: "a/fast", mayor: "a/deep" } }],
    ["no model for a role", { models: { polecat: null } }, { models: {} }],
    ["instructions", { instructions: { refinery: "Read twice." } }, { instructions: { refinery: "Read twice." } }],
    ["variables, sealed as they came", { env: { KEY: sealed } }, { env: { TOKEN: sealed, KEY: sealed } }],
    ["no variable", { env: { TOKEN: null } }, { env: {} }],
  ])("stores %s", (_reason, data, changed) => {
    const town = { ...aSnapshot().town, models: { polecat: "a/fast" }, env: { TOKEN: sealed } };
    expect(updateTown.decide({ ...aSnapshot(), town }, data, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.updated", changed }],
    });
  });

  it("changes nothing that is as given", () => {
    const town = { ...aSnapshot().town, name: "Demo", env: { TOKEN: sealed } };
    const same = { name: "Demo", model: null, env: { TOKEN: sealed }, instructions: { mayor: "" }, policy: {} };
    expect(updateTown.decide({ ...aSnapshot(), town }, same, aContext())).toEqual({ outcome: "applied", changes: [] });
  });

  it("changes nothing when nothing is given", () => {
    expect(updateTown.decide(state, {}, aContext())).toEqual({ outcome: "applied", changes: [] });
  });

  it("is terminal for a town that does not exist", () => {
    expect(updateTown.decide(null, {}, aContext())).toMatchObject({ outcome: "terminal", code: "town_not_found" });
  });
});
