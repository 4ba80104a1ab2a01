import { describe, expect, it } from "vitest";
import type { Convoy, Landing } from "../bead.ts";
import { aConvoy, anIssue, aSnapshot } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { featureBranch } from "./feature-branch.ts";

const issue = anIssue("gt-1", { convoy: "hq-9" });
function told(landing: Partial<Landing>, fields: Partial<Convoy> = {}) {
  const convoy = aConvoy("hq-9", ["gt-1"], { landings: [{ ...noLanding("web"), ...landing }], ...fields });
  return featureBranch(aSnapshot({ beads: [issue, convoy] }), issue);
}

describe("feature-branch", () => {
  it.each([
    [{}, "waits for the forge to make branch convoy/title/hq-9/head in rig web"],
    [
      { branchState: "failed" as const, branchReason: "the disk is full" },
      "waits for branch convoy/title/hq-9/head in rig web, which the forge could not make: the disk is full",
    ],
  ])("keeps a bead back while its branch is %j", (landing, says) => {
    expect(told(landing)).toEqual({
      bead: "gt-1",
      says,
      movesWhen: "the branch is there; the forge is asked again by itself",
      until: null,
    });
  });

  it("does not when it is there, when there is none, or when it is another rig's", () => {
    expect(told({ branchState: "ready" })).toBeNull();
    expect(told({ rig: "api" })).toBeNull();
    expect(told({}, { branch: null, landings: [] })).toBeNull();
    expect(featureBranch(aSnapshot(), issue)).toBeNull();
    expect(featureBranch(aSnapshot(), anIssue("gt-1"))).toBeNull();
  });
});
