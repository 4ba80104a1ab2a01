import { describe, expect, it } from "vitest";
import { aContext, anIssue, aSnapshot, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { aStep, aWalk } from "../help-builders.ts";
import type { TownState } from "../state.ts";
import { advanceMolecule } from "./advance-molecule.ts";

const source = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", molecule: "gt-40" });
const done = { status: "closed" } as const;
type Steps = Parameters<typeof aWalk>[0];

function aState(steps: Steps, fields: Parameters<typeof aWalk>[1] = {}): TownState {
  return aSnapshot({ beads: [source, aWalk(steps, fields), ...steps] });
}
const walking = () => aState([aStep("gt-41"), aStep("gt-42", ["s41"]), aStep("gt-43", ["s41"])]);

function advance(state: TownState, step: string, outcome: "done" | "failed" = "done", actor = "agent:gt-21") {
  const data = { molecule: "gt-40", step, outcome, notes: outcome === "done" ? "" : "no disk" };
  return advanceMolecule.decide(state, data, aContext({ actor }));
}

function after(state: TownState, decided: ReturnType<typeof advance>): TownState {
  if (decided.outcome !== "applied") throw new Error(decided.message);
  return evolveAll(state, decided.changes, now) ?? state;
}

describe("advance-molecule", () => {
  it("ends a step, and tells what is ready then", () => {
    const decided = advance(walking(), "s41");
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        { type: "bead.status-changed", bead: "gt-41", from: "open", to: "closed", reason: "done" },
        { type: "molecule.advanced", bead: "gt-40", stepBead: "gt-41", step: "s41", outcome: "done", left: 2 },
      ],
      result: {
        molecule: "gt-40",
        formula: "ship",
        source: "gt-1",
        status: "active",
        steps: [
          { step: "s41", bead: "gt-41", needs: [], state: "done" },
          {
            step: "s42",
            bead: "gt-42",
            title: "Title of gt-42",
            body: "Body of gt-42",
            needs: ["s41"],
            state: "ready",
          },
          { step: "s43", state: "ready" },
        ],
      },
    });
  });

  it("is done with the last step", () => {
    const state = aState([aStep("gt-41", [], done), aStep("gt-42", ["s41"])]);
    const decided = advance(state, "s42", "done", "user:ann");
    expect(decided).toMatchObject({ result: { status: "completed" } });
    expect(after(state, decided).beads.get("gt-40")?.status).toBe("closed");
  });

  it("fails with a step, and takes those that are left with it", () => {
    const state = aState([aStep("gt-41", [], done), aStep("gt-42", ["s41"]), aStep("gt-43", ["s42"])]);
    const decided = advance(state, "s42", "failed");
    expect(decided).toMatchObject({
      result: { status: "failed", steps: [{ state: "done" }, { state: "failed" }, { state: "failed" }] },
    });
    const { beads } = after(state, decided);
    expect(beads.get("gt-40")).toMatchObject({
      status: "failed",
      failure: { code: "molecule_failed", message: 'step "s42" failed: no disk' },
    });
    expect(beads.get("gt-42")).toMatchObject({
      status: "failed",
      failure: { code: "step_failed", message: "no disk" },
    });
    expect(beads.get("gt-43")).toMatchObject({ status: "failed", failure: { code: "molecule_ended" } });
  });

  it("changes nothing the second time", () => {
    const walked = aState([aStep("gt-41", [], done)], done);
    expect(advance(walked, "s41")).toMatchObject({ outcome: "applied", changes: [], result: { status: "completed" } });
    const failed = aState([aStep("gt-41", [], { status: "failed" })], { status: "failed" });
    expect(advance(failed, "s41", "failed")).toMatchObject({ outcome: "applied", changes: [] });
  });

  it.each([
    [
      "a step that waits",
      advance(walking(), "s42"),
      { code: "wrong_state", message: 'step "s42" is not ready: it needs s41, to be done first' },
    ],
    [
      "a step there is none of",
      advance(walking(), "x"),
      { code: "invalid", message: 'step: molecule gt-40 has no step "x"; it has s41, s42, s43' },
    ],
    [
      "a step that is done, as failed",
      advance(aState([aStep("gt-41", [], done), aStep("gt-42")]), "s41", "failed"),
      { code: "wrong_state" },
    ],
    [
      "a molecule that has ended",
      advance(aState([aStep("gt-41")], { status: "failed" }), "s41"),
      { code: "wrong_state", message: "molecule gt-40 is failed" },
    ],
    ["an agent that works on something else", advance(walking(), "s41", "done", "agent:gt-22"), { code: "not_hooked" }],
    [
      "an agent whose work is not at it any more",
      advance(aSnapshot({ beads: [{ ...source, status: "open" }, aWalk([aStep("gt-41")]), aStep("gt-41")] }), "s41"),
      { code: "not_hooked" },
    ],
    [
      "what is no molecule",
      advance(aSnapshot({ beads: [source] }), "s41"),
      { outcome: "terminal", code: "molecule_not_found" },
    ],
  ])("refuses %s", (_name, decided, expected) => {
    expect(decided).toMatchObject({ outcome: "refused", ...expected });
  });

  it("cuts long texts, so that the verdict can be sent", () => {
    const steps = Array.from({ length: 50 }, (_, n) =>
      aStep(`gt-5${n.toString(36)}`, [], { body: "é".repeat(20_000) }),
    );
    const decided = advance(aState(steps), "s50", "done", "user:ann");
    const sent = JSON.stringify(decided.outcome === "applied" ? decided.result : {});
    expect(new TextEncoder().encode(sent).length).toBeLessThan(160_000);
  });
});
