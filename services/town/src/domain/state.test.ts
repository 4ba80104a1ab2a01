import { describe, expect, it } from "vitest";
import { anIssue, aRequest, aRig, aSnapshot } from "./builders.ts";
import { shortTitle } from "./new-bead.ts";
import { baseBranch } from "./rig.ts";
import { issueOf, mergeRequestOf } from "./state.ts";

describe("state", () => {
  it("tells beads apart by type", () => {
    const state = aSnapshot({ beads: [anIssue("gt-1"), aRequest("gt-2", "gt-1")] });
    expect([issueOf(state, "gt-2"), mergeRequestOf(state, "gt-1"), issueOf(state, "gt-9")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("shortens titles to what contracts allow", () => {
    expect(shortTitle("x".repeat(200))).toHaveLength(200);
    expect(shortTitle("x".repeat(201))).toBe(`${"x".repeat(199)}…`);
    expect(baseBranch(aRig({ defaultBranch: null }))).toBe("main");
  });
});
