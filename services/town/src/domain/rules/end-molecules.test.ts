import { describe, expect, it } from "vitest";
import type { Issue, Molecule } from "../bead.ts";
import { anIssue, aSnapshot, now } from "../builders.ts";
import { carryOut } from "../carry-out.ts";
import { aStep, aWalk } from "../help-builders.ts";
import { settle } from "../reconcile.ts";
import { endMolecules } from "./end-molecules.ts";

const source = anIssue("gt-1", { status: "in_progress", molecule: "gt-40" });
const steps = [aStep("gt-41", [], { status: "closed" }), aStep("gt-42", ["s41"]), aStep("gt-43", ["s42"])];

function aTown(of: { source?: Partial<Issue>; steps?: readonly Issue[]; molecule?: Partial<Molecule> }) {
  const walked = of.steps ?? steps;
  return aSnapshot({ beads: [{ ...source, ...of.source }, aWalk(walked, of.molecule), ...walked] });
}

describe("end-molecules", () => {
  it("explains what a molecule and its steps wait for", () => {
    expect(endMolecules.look(aTown({}), now)).toEqual({
      decisions: [],
      explanations: [
        {
          bead: "gt-40",
          says: "waits for its steps s42, s43",
          movesWhen: "whoever works on gt-1 advances its steps",
          until: null,
        },
        {
          bead: "gt-42",
          says: "is ready for whoever works on gt-1",
          movesWhen: "it is advanced, as step of gt-40",
          until: null,
        },
        { bead: "gt-43", says: "waits for the steps s42", movesWhen: "s42 are done", until: null },
      ],
      nextLook: null,
    });
  });

  it.each<[string, Parameters<typeof aTown>[0], object]>([
    [
      "closed with its source",
      { source: { status: "closed" } },
      { to: "closed", reason: "gt-1 is closed", beads: ["gt-42", "gt-43"] },
    ],
    ["failed with its source", { source: { status: "failed" } }, { to: "failed", reason: "gt-1 is failed" }],
    [
      "failed with a step that somebody failed otherwise",
      { steps: [aStep("gt-41", [], { status: "failed" }), aStep("gt-42")] },
      { to: "failed", reason: 'step "s41" has failed', beads: ["gt-42"] },
    ],
    [
      "done when a person closed its last step",
      { steps: [aStep("gt-41", [], { status: "closed" })] },
      { to: "closed", reason: "all its steps are done", beads: [] },
    ],
    ["done when its steps were deleted", { steps: [] }, { to: "closed" }],
    [
      "over, and its steps with it, when a person closed it",
      { molecule: { status: "closed" } },
      { to: "closed", reason: "it is closed", beads: ["gt-42", "gt-43"] },
    ],
  ])("is %s", (_name, of, end) => {
    expect(endMolecules.look(aTown(of), now).decisions).toMatchObject([{ do: "end-molecule", bead: "gt-40", ...end }]);
  });

  it("fails without its source", () => {
    const town = aSnapshot({ beads: [aWalk(steps), ...steps] });
    expect(endMolecules.look(town, now).decisions).toMatchObject([
      { to: "failed", reason: "gt-1 does not exist any more" },
    ]);
  });

  it("says nothing of what has ended", () => {
    const ended = aTown({ molecule: { status: "closed" }, steps: [aStep("gt-41", [], { status: "closed" })] });
    expect(endMolecules.look(ended, now)).toMatchObject({ decisions: [], explanations: [] });
  });

  it("settles: all that is left ends the same way, once", () => {
    const { settled, state } = settle(aTown({ source: { status: "failed" } }), now, [endMolecules]);
    expect(settled).toBe(true);
    expect(["gt-40", "gt-41", "gt-42", "gt-43"].map((id) => state.beads.get(id)?.status)).toEqual([
      "failed",
      "closed",
      "failed",
      "failed",
    ]);
    expect(state.beads.get("gt-42")).toMatchObject({ failure: { code: "molecule_ended" } });
  });

  it("is not carried out on what is no molecule", () => {
    const end = { do: "end-molecule", bead: "gt-1", beads: [], to: "closed", reason: "r" } as const;
    expect(() => carryOut(aTown({}), end, { actor: "rule:r", now })).toThrow("not in the state");
  });
});
