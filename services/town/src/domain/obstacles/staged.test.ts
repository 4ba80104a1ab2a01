import { describe, expect, it } from "vitest";
import { aConvoy, anIssue, aSnapshot } from "../builders.ts";
import { staged } from "./staged.ts";

const issue = anIssue("gt-1", { convoy: "hq-9" });

describe("staged", () => {
  it("keeps a bead back until a person starts its convoy, without any timer", () => {
    const state = aSnapshot({ beads: [issue, aConvoy("hq-9", ["gt-1"], { staged: true })] });
    expect(staged(state, issue)).toEqual({
      bead: "gt-1",
      says: "waits for its convoy hq-9, which is staged",
      movesWhen: "a person starts it (gastown convoy start hq-9)",
      until: null,
    });
  });

  it.each([
    ["was started", issue, [aConvoy("hq-9", ["gt-1"])]],
    ["is gone", issue, []],
    ["it has none", anIssue("gt-1"), [aConvoy("hq-9", ["gt-1"], { staged: true })]],
  ])("does not when its convoy %s", (_reason, bead, beads) => {
    expect(staged(aSnapshot({ beads }), bead)).toBeNull();
  });
});
