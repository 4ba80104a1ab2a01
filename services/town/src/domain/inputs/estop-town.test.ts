import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, aTown, now } from "../builders.ts";
import { estopTown } from "./estop-town.ts";

describe("estop-town", () => {
  it("stops the town, and says who did and why", () => {
    expect(estopTown.needs({ reason: "" })).toEqual({});
    expect(estopTown.decide(aSnapshot(), { reason: "too dear" }, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.stopped", by: "user:ann", reason: "too dear" }],
    });
  });

  it("changes nothing of a stopped one", () => {
    const town = aTown({}, { stopped: { at: now - 5, by: "user:bob", reason: "" } });
    expect(estopTown.decide(aSnapshot({ town }), { reason: "again" }, aContext())).toEqual({
      outcome: "applied",
      changes: [],
    });
  });

  it("knows no town that does not exist", () => {
    expect(estopTown.decide(null, { reason: "" }, aContext())).toMatchObject({ code: "town_not_found" });
  });
});
