import { describe, expect, it } from "vitest";
import { aContext, aRig, aSnapshot } from "../builders.ts";
import { updateRig } from "./update-rig.ts";

const sealed = (hint: string) => ({ sealed: `sealed ${hint}`, hint });
const state = aSnapshot({
  rigs: [
    aRig({
      policyOverride: { autoMerge: false, maxPolecatsPerRig: 2 },
      model: "a/b",
      models: { polecat: "a/fast" },
      instructions: { polecat: "Be brief." },
      env: { TOKEN: sealed("****1234") },
      check: "npm test",
      merge: { requireApproval: true },
    }),
    aRig({ rig: "app", prefix: "app", forge: "github" }),
  ],
});

function changed(data: Omit<Parameters<typeof updateRig.decide>[1], "rig">) {
  const decided = updateRig.decide(state, { rig: "web", ...data }, aContext());
  if (decided.outcome !== "applied") throw new Error(decided.message);
  return decided.changes.map((change) => (change.type === "rig.updated" ? change.changed : change));
}

describe("update-rig", () => {
  it.each<[string, Parameters<typeof changed>[0], object]>([
    [
      "policy numbers on top of those stored",
      { policy: { maxPolecatsPerRig: 3 } },
      { policyOverride: { autoMerge: false, maxPolecatsPerRig: 3 } },
    ],
    ["none of its own any more", { policy: null }, { policyOverride: {} }],
    [
      "how it merges, beside what it set of that before",
      { merge: { allowUnstable: true } },
      { merge: { requireApproval: true, allowUnstable: true } },
    ],
    ["nothing of how it merges any more", { merge: null }, { merge: {} }],
    ["a model", { model: "c/d" }, { model: "c/d" }],
    ["no model of its own", { model: null }, { model: null }],
    ["a model for a role", { models: { refinery: "a/deep" } }, { models: { polecat: "a/fast", refinery: "a/deep" } }],
    ["no model for a role", { models: { polecat: null } }, { models: {} }],
    ["other instructions", { instructions: { polecat: "Be bold." } }, { instructions: { polecat: "Be bold." } }],
    ["no instructions, by an empty text", { instructions: { polecat: "" } }, { instructions: {} }],
    [
      "a variable beside the others, sealed as it came",
      { env: { KEY: sealed("****abcd") } },
      { env: { TOKEN: sealed("****1234"), KEY: sealed("****abcd") } },
    ],
    ["no variable", { env: { TOKEN: null } }, { env: {} }],
    ["another check", { check: "make test" }, { check: "make test" }],
    ["no check", { check: null }, { check: null }],
    ["required approvals", { requiredApprovals: 2 }, { requiredApprovals: 2 }],
  ])("stores %s", (_reason, data, expected) => {
    expect(changed(data)).toEqual([expected]);
  });

  it("changes nothing that is as given, or not given", () => {
    expect(changed({})).toEqual([]);
    expect(
      changed({
        policy: { autoMerge: false },
        model: "a/b",
        models: { polecat: "a/fast", mayor: null },
        instructions: { mayor: "" },
        env: { OTHER: null },
        check: "npm test",
        requiredApprovals: 0,
      }),
    ).toEqual([]);
  });

  it("does not know other rigs", () => {
    expect(updateRig.needs({ rig: "api" })).toEqual({ rigs: ["api"] });
    expect(updateRig.decide(state, { rig: "api", model: "x" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
  });

  it.each([
    ["a way to merge that the local forge does not know", { rig: "web", merge: { method: "rebase" } }],
    ["a merge that is left to the local forge", { rig: "web", merge: { delegate: "native" } }],
    ["a check where the forge runs its own", { rig: "app", check: "npm test" }],
  ] as const)("refuses %s", (_what, data) => {
    expect(updateRig.decide(state, data, aContext())).toMatchObject({ outcome: "refused", code: "invalid" });
  });

  it("takes what a forge elsewhere can do", () => {
    const decided = updateRig.decide(state, { rig: "app", merge: { method: "rebase" }, check: null }, aContext());
    expect(decided).toMatchObject({ changes: [{ rig: "app", changed: { merge: { method: "rebase" } } }] });
  });
});
