import { describe, expect, it } from "vitest";
import { aContext, aSnapshot } from "../builders.ts";
import { updateTown } from "./update-town.ts";

describe("update-town", () => {
  const state = aSnapshot({ policy: { autoMerge: false, maxPolecatsPerRig: 3 } });

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
      { policy: { autoMerge: undefined } },
      { policyOverride: { autoMerge: false, maxPolecatsPerRig: 3 } },
    ],
  ])("stores %s", (_reason, data, changed) => {
    expect(updateTown.needs(data)).toEqual({});
    expect(updateTown.decide(state, data, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.updated", changed }],
    });
  });

  it("changes nothing when nothing is given", () => {
    expect(updateTown.decide(state, {}, aContext())).toEqual({ outcome: "applied", changes: [] });
  });

  it("is terminal for a town that does not exist", () => {
    expect(updateTown.decide(null, {}, aContext())).toMatchObject({ outcome: "terminal", code: "town_not_found" });
  });
});
