import { describe, expect, it } from "vitest";
import { aRig, aSnapshot, now } from "../builders.ts";
import { registerRig } from "./register-rig.ts";

const registering = { state: "registering" as const };

describe("register-rig", () => {
  it.each([
    ["a rig that was never asked for", { ...registering, askedAt: null }],
    ["a rig the forge has not answered about for a minute", { ...registering, askedAt: now - 60_000 }],
  ])("asks the forge for %s", (_reason, rig) => {
    const found = registerRig.look(aSnapshot({ rigs: [aRig(rig)] }), now);
    expect(found).toMatchObject({ decisions: [{ do: "register-rig", rig: "web" }], nextLook: null });
  });

  it("waits for an answer before it asks again", () => {
    const found = registerRig.look(aSnapshot({ rigs: [aRig({ ...registering, askedAt: now - 59_000 })] }), now);
    expect(found).toEqual({ decisions: [], explanations: [], nextLook: now + 1000 });
  });

  it.each(["ready", "failed"] as const)("tells of a rig that is %s once when its settings have changed", (state) => {
    expect(registerRig.look(aSnapshot({ rigs: [aRig({ state, askedAt: null })] }), now)).toMatchObject({
      decisions: [{ do: "register-rig", rig: "web" }],
    });
  });

  it.each(["ready", "failed"] as const)("leaves a rig alone that is %s", (state) => {
    expect(registerRig.look(aSnapshot({ rigs: [aRig({ state })] }), now)).toMatchObject({
      decisions: [],
      nextLook: null,
    });
  });
});
