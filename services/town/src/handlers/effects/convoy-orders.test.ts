import { findCommand } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { aConvoy, anAdoption, aLanding, aRig, aSnapshot } from "../../domain/builders.ts";
import type { Decision } from "../../domain/decision.ts";
import { effectsOf } from "../decision-effects.ts";

const re = { summary: "- gt-1: Title", pull: null };
const after = aSnapshot({
  rigs: [aRig(), aRig({ rig: "api" })],
  beads: [aConvoy("hq-9", []), aLanding("gt-5", "hq-9", { re }), anAdoption("gt-2")],
});
function ordered(decision: Decision) {
  const { commands } = effectsOf({ decision, changes: [], after });
  for (const { command, data } of commands) {
    expect(findCommand(command.type)?.data.safeParse(data).error).toBeUndefined();
  }
  return commands.map(({ command, data, subject }) => ({ type: command.type, data, subject }));
}

describe("what decisions about convoys ask of the forge", () => {
  it("is the feature branch in each rig", () => {
    const branch = "convoy/title/hq-9/head";
    const order = { type: "scm.branch.create", subject: "bead/hq-9" };
    expect(ordered({ do: "ask-branch", bead: "hq-9", rigs: ["web", "api"] })).toEqual([
      { ...order, data: { rig: "web", branch } },
      { ...order, data: { rig: "api", branch } },
    ]);
  });

  it("is the landing's pull request, into the default branch", () => {
    expect(ordered({ do: "open-pull", bead: "gt-5" })).toEqual([
      {
        type: "scm.pr.open",
        subject: "bead/gt-5",
        data: {
          rig: "web",
          bead: "gt-5",
          head: "convoy/title/hq-9/head",
          base: "main",
          title: "Title of hq-9",
          body: "- gt-1: Title\n\nBead hq-9: Title of hq-9",
          draft: false,
        },
      },
    ]);
  });

  it("is to follow what was adopted", () => {
    expect(ordered({ do: "open-pull", bead: "gt-2" })).toEqual([
      { type: "scm.pr.follow", subject: "bead/gt-2", data: { rig: "web", number: 9, bead: "gt-2" } },
    ]);
  });
});
