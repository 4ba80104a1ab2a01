import { describe, expect, it } from "vitest";
import { aContext, aSnapshot } from "../builders.ts";
import { createTown } from "./create-town.ts";

const data = { name: "Demo", policy: { maxPolecatsPerRig: 2 }, model: null };

describe("create-town", () => {
  it("makes a town that is not there, with its own policy numbers", () => {
    expect(createTown.decide(null, data, aContext())).toEqual({
      outcome: "applied",
      changes: [
        { type: "town.created", town: "demo", name: "Demo", policyOverride: { maxPolecatsPerRig: 2 }, model: null },
      ],
      result: { town: "demo" },
    });
    expect(createTown.needs(data)).toEqual({ formerTown: true });
  });

  it("goes on with the numbers of the town of this id that was deleted", () => {
    expect(createTown.decide(null, data, aContext({ firstNumber: 42 }))).toMatchObject({
      changes: [{ type: "town.created", nextNumber: 42 }],
    });
  });

  it("leaves a town that is there as it is, and says so", () => {
    expect(createTown.decide(aSnapshot(), data, aContext())).toMatchObject({
      outcome: "refused",
      code: "already_exists",
    });
  });
});
