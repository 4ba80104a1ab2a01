import type { Formula } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Bead } from "../bead.ts";
import { aConvoy, aContext, anIssue, aSnapshot, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { createMolecule } from "./create-molecule.ts";

const step = (id: string, needs: readonly string[] = []) => ({
  id,
  title: `Do ${id}`,
  body: `How to ${id}`,
  needs: [...needs],
});
const formula: Formula = {
  name: "ship",
  description: "How we ship",
  steps: [step("test", ["build"]), step("build"), step("tell", ["test", "build", "test"])],
};

function decide(beads: readonly Bead[], steps = formula.steps) {
  return createMolecule.decide(aSnapshot({ beads }), { bead: "gt-1", formula: { ...formula, steps } }, aContext());
}

describe("create-molecule", () => {
  it("gives a work item the steps, each waiting for those it needs", () => {
    const state = aSnapshot({ beads: [anIssue("gt-1")] });
    const decided = createMolecule.decide(state, { bead: "gt-1", formula }, aContext());
    expect(decided).toMatchObject({
      outcome: "applied",
      result: { molecule: "gt-rs", steps: ["gt-rt", "gt-ru", "gt-rv"] },
    });
    const after = evolveAll(state, decided.outcome === "applied" ? decided.changes : [], now);
    expect(after?.beads.get("gt-1")).toMatchObject({ molecule: "gt-rs" });
    expect(after?.beads.get("gt-rs")).toMatchObject({
      type: "molecule",
      title: "ship: Title of gt-1",
      body: "How we ship",
      rig: "web",
      parent: "gt-1",
      source: "gt-1",
      formula: "ship",
      steps: ["gt-rt", "gt-ru", "gt-rv"],
      labels: ["gt:molecule"],
    });
    expect(after?.beads.get("gt-rt")).toMatchObject({
      kind: "step",
      title: "Do test",
      body: "How to test",
      parent: "gt-rs",
      molecule: "gt-rs",
      step: { id: "test", needs: ["build"] },
      dependsOn: ["gt-ru"],
      blocked: true,
      labels: ["gt:molecule-step", "step:0"],
    });
    expect(after?.beads.get("gt-ru")).toMatchObject({ dependsOn: [], blocked: false });
    expect(after?.beads.get("gt-rv")).toMatchObject({ dependsOn: ["gt-rt", "gt-ru"] });
    expect(after?.town.nextNumber).toBe(1004);
  });

  it("also while it is worked on, and in the town when it has no rig", () => {
    expect(decide([anIssue("gt-1", { status: "in_progress" })])).toMatchObject({ outcome: "applied" });
    expect(decide([anIssue("gt-1", { rig: null })])).toMatchObject({
      result: { molecule: "hq-rs", steps: ["hq-rt", "hq-ru", "hq-rv"] },
    });
  });

  it.each<[string, readonly Bead[], object]>([
    ["what does not exist", [], { outcome: "terminal", code: "bead_not_found" }],
    [
      "a convoy",
      [aConvoy("gt-1", [])],
      { code: "wrong_state", message: "gt-1 is a convoy; only tasks are given molecules" },
    ],
    ["a fix-up", [anIssue("gt-1", { kind: "fixup" })], { code: "wrong_state" }],
    ["what is in review", [anIssue("gt-1", { status: "in_review" })], { code: "wrong_state" }],
    ["what has ended", [anIssue("gt-1", { status: "closed" })], { code: "wrong_state" }],
    [
      "what has a molecule",
      [anIssue("gt-1", { molecule: "gt-40" })],
      { code: "wrong_state", message: expect.stringContaining("gt-40") },
    ],
  ])("refuses %s", (_name, beads, expected) => {
    expect(decide(beads)).toMatchObject({ outcome: "refused", ...expected });
  });

  it.each<[string, Formula["steps"], object]>([
    [
      "two steps of a name",
      [step("a"), step("a")],
      { code: "invalid", message: 'formula.steps: two of them are called "a"' },
    ],
    [
      "a step that needs an unknown one",
      [step("a"), step("b", ["a", "c"])],
      { code: "invalid", message: 'formula.steps: "b" needs "c", which is no step of a, b' },
    ],
    [
      "steps that wait for each other",
      [step("a", ["b"]), step("b", ["c"]), step("c", ["b"])],
      { code: "dependency_cycle", message: "formula.steps: these would wait for each other: b → c → b" },
    ],
    [
      "a step that waits for itself",
      [step("a", ["a"])],
      { code: "dependency_cycle", message: expect.stringContaining("a → a") },
    ],
  ])("refuses %s", (_name, steps, expected) => {
    expect(decide([anIssue("gt-1")], steps)).toMatchObject({ outcome: "refused", ...expected });
  });
});
