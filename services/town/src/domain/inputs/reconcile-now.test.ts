import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, now } from "../builders.ts";
import { isMoving, type Change } from "../change.ts";
import { evolve } from "../evolve.ts";
import { reconcileNow } from "./reconcile-now.ts";

describe("reconcile-now", () => {
  it("makes the town due, and changes nothing else", () => {
    const roused: Change = { type: "town.roused" };
    expect(reconcileNow.needs({})).toEqual({});
    expect(reconcileNow.decide(aSnapshot(), {}, aContext())).toEqual({ outcome: "applied", changes: [roused] });
    expect(isMoving(roused)).toBe(true);
    const state = aSnapshot();
    expect(evolve(state, roused, now)).toBe(state);
  });
});
