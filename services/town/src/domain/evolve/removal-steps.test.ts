import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { announce } from "../announce.ts";
import { aConvoy, anIssue, aRig, aSnapshot, aTown, now } from "../builders.ts";
import type { Change } from "../change.ts";
import { noLanding } from "./convoy-steps.ts";
import { evolve, evolveAll } from "../evolve.ts";
import { remember } from "../history.ts";

const sealed = { sealed: "c2VhbGVk", hint: "****1234" };

function updated(changed: Extract<Change, { type: "rig.updated" }>["changed"]) {
  return evolve(aSnapshot(), { type: "rig.updated", rig: "web", changed }, now).rigs.get("web");
}

describe("evolve, of what is changed and removed by people", () => {
  it("has the forge told again of a rig whose check or approvals changed, and of no other", () => {
    expect(updated({ check: null })).toMatchObject({ check: null, askedAt: null, state: "ready" });
    expect(updated({ requiredApprovals: 1 })).toMatchObject({ requiredApprovals: 1, askedAt: null });
    expect(updated({ model: "m", env: { KEY: sealed } })).toMatchObject({ model: "m", askedAt: aRig().askedAt });
  });

  it("forgets with a rig what convoys would land in it and what counts against it", () => {
    const town = aTown(
      {},
      {
        open: [null, "web"],
        failures: [
          { rig: "web", at: 1 },
          { rig: "api", at: 2 },
        ],
      },
    );
    const convoy = aConvoy("hq-9", [], { landings: [noLanding("web"), noLanding("api")] });
    const state = aSnapshot({ town, rigs: [aRig(), aRig({ rig: "api" })], beads: [convoy] });
    const after = evolve(state, { type: "rig.removed", rig: "web" }, now);
    expect([...after.rigs.keys()]).toEqual(["api"]);
    expect(after.town).toMatchObject({ open: [null], failures: [{ rig: "api", at: 2 }] });
    expect(after.beads.get("hq-9")).toMatchObject({ landings: [noLanding("api")] });
  });

  it("has nothing after a town was deleted, and only what was loaded can be", () => {
    const deleted = { type: "town.deleted", by: "user:ann" } as const;
    expect(evolveAll(aSnapshot(), [deleted], now)).toBeNull();
    expect(() => evolve(aSnapshot(), deleted, now)).toThrow("nothing is left");
    const gone = { type: "bead.deleted", bead: "gt-1", beadType: "issue" } as const;
    expect(() => evolve(aSnapshot(), gone, now)).toThrow("gt-1");
    expect(() => evolve(aSnapshot(), { type: "rig.updated", rig: "api", changed: {} }, now)).toThrow("api");
  });

  it("begins a town with the number it is given", () => {
    const made = { type: "town.created", town: "demo", name: "Demo", policyOverride: {}, model: null } as const;
    expect(evolveAll(null, [{ ...made, nextNumber: 42 }], now)?.town.nextNumber).toBe(42);
  });
});

describe("what others are told of it", () => {
  const after = aSnapshot({ beads: [anIssue("gt-1")] });
  it.each<[Change, string, string | null]>([
    [{ type: "rig.updated", rig: "web", changed: { env: { KEY: sealed }, model: "m" } }, "town.rig.updated", "rig/web"],
    [{ type: "rig.removed", rig: "web" }, "town.rig.removed", "rig/web"],
    [{ type: "bead.deleted", bead: "gt-1", beadType: "issue" }, "town.bead.deleted", "bead/gt-1"],
    [{ type: "town.deleted", by: "user:ann" }, "town.town.deleted", null],
    [{ type: "town.updated", changed: { env: { KEY: sealed } } }, "town.town.updated", null],
  ])("$type says what, and no value that is sealed", (change, type, subject) => {
    const told = announce(change, after);
    expect(told).toMatchObject({ event: { type }, subject });
    expect(findEvent(type)?.data.safeParse(told?.data).error).toBeUndefined();
    const kept = remember(change);
    expect(JSON.stringify([told?.data, kept])).not.toMatch(/c2VhbGVk|1234/);
  });

  it("remembers the end of a bead under the bead", () => {
    expect(remember({ type: "bead.deleted", bead: "gt-1", beadType: "issue" })).toEqual({
      beads: ["gt-1"],
      type: "bead.deleted",
      data: { beadType: "issue" },
    });
  });
});
