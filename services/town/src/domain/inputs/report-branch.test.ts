import { describe, expect, it } from "vitest";
import type { Convoy, Landing } from "../bead.ts";
import { aContext, aConvoy, aSnapshot } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { reportBranch } from "./report-branch.ts";

const branch = "convoy/title/hq-9/head";
type Told = Parameters<typeof reportBranch.decide>[1];

function report(told: Partial<Told>, landing: Partial<Landing> = {}, fields: Partial<Convoy> = {}) {
  const convoy = aConvoy("hq-9", [], { landings: [{ ...noLanding("web"), ...landing }], ...fields });
  const data: Told = { rig: "web", branch, state: "ready", reason: null, ...told };
  return reportBranch.decide(aSnapshot({ beads: [convoy] }), data, aContext({ actor: "service:scm" }));
}
const failed = { state: "failed", reason: "the disk is full" } as const;
const reported = { type: "branch.reported", bead: "hq-9", rig: "web" } as const;

describe("report-branch", () => {
  it("tells the convoy that its branch is there", () => {
    expect(report({})).toEqual({ outcome: "applied", changes: [{ ...reported, state: "ready", reason: null }] });
    expect(report({}, { branchState: "failed" })).toMatchObject({ changes: [{ state: "ready" }] });
    expect(reportBranch.needs({ rig: "web", branch, state: "ready", reason: null })).toEqual({ beads: ["hq-9"] });
    expect(reportBranch.needs({ rig: "web", branch: "main", state: "ready", reason: null })).toEqual({ beads: [] });
  });

  it("tells people once when it cannot be made", () => {
    expect(report(failed)).toMatchObject({
      changes: [
        { ...reported, ...failed },
        {
          type: "bead.created",
          bead: { type: "escalation", parent: "hq-9", body: expect.stringContaining("the disk is full. ") },
        },
        { type: "escalation.raised", title: `branch ${branch} cannot be made in rig web` },
      ],
    });
    expect(report(failed, { branchState: "failed" })).toEqual({
      outcome: "applied",
      changes: [{ ...reported, ...failed }],
    });
  });

  it("does not believe a later answer to an older question", () => {
    expect(report({}, { branchState: "ready" })).toEqual({ outcome: "applied", changes: [] });
    expect(report(failed, { branchState: "ready" })).toMatchObject({ outcome: "refused", code: "stale" });
    expect(report({}, {}, { status: "closed" })).toMatchObject({ outcome: "refused", code: "stale" });
  });

  it.each([
    ["branch", { branch: "convoy/other/hq-9/head" }],
    ["branch of any convoy", { branch: "main" }],
    ["convoy", { branch: "convoy/title/hq-8/head" }],
    ["rig", { rig: "api" }],
  ])("knows no other %s", (_what, told) => {
    expect(report(told)).toMatchObject({ outcome: "terminal", code: "convoy_not_found" });
  });
});
