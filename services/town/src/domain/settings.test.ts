import { describe, expect, it } from "vitest";
import { aRig, aSnapshot, aTown } from "./builders.ts";
import { settingsFor } from "./settings.ts";

const value = (hint: string) => ({ sealed: hint, hint });

/** A model at each of the given places. */
function modelFor(
  role: "mayor" | "refinery" | "polecat",
  at: Partial<Record<"rigRole" | "rig" | "townRole" | "town", string>>,
) {
  const rig = aRig({ model: at.rig ?? null, models: at.rigRole === undefined ? {} : { [role]: at.rigRole } });
  const town = aTown({}, { model: at.town ?? null, models: at.townRole === undefined ? {} : { [role]: at.townRole } });
  return settingsFor(aSnapshot({ town, rigs: [rig] }), role, rig).model;
}

const all = { rigRole: "rig role", rig: "rig", townRole: "town role", town: "town" };

describe("settings", () => {
  it.each([
    ["the rig's for the role", all, "rig role"],
    ["the rig's", { ...all, rigRole: undefined }, "rig"],
    ["the town's for the role", { townRole: "town role", town: "town" }, "town role"],
    ["the town's", { town: "town" }, "town"],
    ["the installation's", {}, null],
  ])("give a polecat or refinery the narrowest model: %s", (_reason, at, model) => {
    const given = Object.fromEntries(Object.entries(at).filter(([, m]) => m !== undefined));
    expect(modelFor("polecat", given)).toBe(model);
    expect(modelFor("refinery", given)).toBe(model);
  });

  it.each([
    [all, "town role"],
    [{ rigRole: "rig role", rig: "rig", town: "town" }, "town"],
    [{ rigRole: "rig role", rig: "rig" }, null],
  ])("give the mayor, who is in no rig, the town's: %j", (at, model) => {
    expect(modelFor("mayor", at)).toBe(model);
  });

  it("take a null for a role as not set", () => {
    const rig = aRig({ models: { polecat: null }, model: "rig" });
    expect(settingsFor(aSnapshot({ rigs: [rig] }), "polecat", rig).model).toBe("rig");
  });

  it("say what the town says and then what the rig says, and nothing that is empty", () => {
    const town = aTown({}, { instructions: { polecat: "town", mayor: "mayor" } });
    const rig = aRig({ instructions: { polecat: "rig", mayor: "not heard", refinery: "" } });
    const state = aSnapshot({ town, rigs: [rig] });
    expect(settingsFor(state, "polecat", rig).instructions).toEqual(["town", "rig"]);
    expect(settingsFor(state, "refinery", rig).instructions).toEqual([]);
    expect(settingsFor(state, "mayor", rig).instructions).toEqual(["mayor"]);
  });

  it("give the variables of both, the rig's before the town's", () => {
    const town = aTown({}, { env: { A: value("****town"), B: value("****town") } });
    const rig = aRig({ env: { B: value("****rig") } });
    const state = aSnapshot({ town, rigs: [rig] });
    expect(settingsFor(state, "polecat", rig).env).toEqual({ A: value("****town"), B: value("****rig") });
    expect(settingsFor(state, "mayor", rig).env).toEqual({ A: value("****town"), B: value("****town") });
  });
});
