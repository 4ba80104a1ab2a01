import { describe, expect, it } from "vitest";
import { aContext, aSnapshot } from "../builders.ts";
import { deleteTown } from "./delete-town.ts";

describe("delete-town", () => {
  it("deletes the town, in whatever state it is", () => {
    expect(deleteTown.needs({})).toEqual({});
    expect(deleteTown.decide(aSnapshot(), {}, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.deleted", by: "user:ann" }],
      result: { town: "demo" },
    });
  });

  it("is terminal for a town that does not exist, also when it was deleted a moment ago", () => {
    expect(deleteTown.decide(null, {}, aContext())).toMatchObject({ outcome: "terminal", code: "town_not_found" });
  });
});
