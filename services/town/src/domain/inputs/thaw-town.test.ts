import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, aTown, now } from "../builders.ts";
import type { Town } from "../town.ts";
import { thawTown } from "./thaw-town.ts";

describe("thaw-town", () => {
  it.each<[string, Partial<Town>]>([
    ["a stopped town", { stopped: { at: now - 5, by: "user:bob", reason: "" } }],
    ["a town whose breaker has counted something", { failures: [{ rig: "web", at: now - 5 }] }],
  ])("lets %s go on", (_what, fields) => {
    expect(thawTown.needs({})).toEqual({});
    expect(thawTown.decide(aSnapshot({ town: aTown({}, fields) }), {}, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "town.thawed", by: "user:ann" }],
    });
  });

  it("changes nothing of any other", () => {
    expect(thawTown.decide(aSnapshot(), {}, aContext())).toEqual({ outcome: "applied", changes: [] });
  });
});
