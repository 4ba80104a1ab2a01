import { describe, expect, it } from "vitest";
import type { Bead, MergeRequest } from "../bead.ts";
import { aContext, aConvoy, anAdoption, aLanding, anIssue, aRequest, aSnapshot } from "../builders.ts";
import { refusePull } from "./refuse-pull.ts";

const data = { bead: "gt-2", rig: "web", code: "head_has_pull", reason: "Branch x has a pull request of bead gt-8." };
const unknown = { re: { pull: null, awaitsReport: true } };
const issue = anIssue("gt-1", { status: "in_review" });
const convoy = aConvoy("hq-9", []);

function refuse(request: MergeRequest, told: Partial<typeof data> = {}, more: readonly Bead[] = [issue, convoy]) {
  return refusePull.decide(
    aSnapshot({ beads: [request, ...more] }),
    { ...data, ...told },
    aContext({ actor: "service:scm" }),
  );
}
const stuck = { type: "request.stuck", bead: "gt-2", code: data.code, reason: data.reason, head: null };

describe("refuse-pull", () => {
  it.each([
    ["work", aRequest("gt-2", "gt-1", unknown)],
    ["a landing", aLanding("gt-2", "hq-9", unknown)],
    ["new work on a known pull request", aRequest("gt-2", "gt-1", { re: { awaitsReport: true } })],
  ])("has %s wait for a person, who is told why", (_what, request) => {
    expect(refuse(request)).toMatchObject({
      outcome: "applied",
      changes: [
        stuck,
        {
          type: "bead.created",
          bead: { type: "escalation", parent: "gt-2", body: expect.stringContaining("sling gt-2") },
        },
        { type: "escalation.raised" },
      ],
    });
  });

  it("sends work back to its author when its branch was never pushed, and asks a person after too many rounds", () => {
    const missing = { code: "branch_missing", reason: "Branch work was not pushed." };
    expect(refuse(aRequest("gt-2", "gt-1", unknown), missing)).toMatchObject({
      changes: [
        { type: "rework.requested", bead: "gt-1", request: "gt-2", round: 1, head: null },
        { type: "bead.status-changed", bead: "gt-1", from: "in_review", to: "open" },
      ],
    });
    const tired = anIssue("gt-1", { status: "in_review", reworkRounds: 5 });
    expect(refuse(aRequest("gt-2", "gt-1", unknown), missing, [tired])).toMatchObject({
      changes: [{ type: "request.stuck", code: "branch_missing" }, {}, {}],
    });
    expect(refuse(aLanding("gt-2", "hq-9", unknown), missing)).toMatchObject({
      changes: [{ type: "request.stuck", code: "branch_missing" }, {}, {}],
    });
  });

  it("tells once", () => {
    const told = { re: { ...unknown.re, stuck: { code: data.code, message: data.reason, head: null } } };
    expect(refuse(aRequest("gt-2", "gt-1", told))).toEqual({ outcome: "applied", changes: [] });
  });

  it("has a landing of nothing done with: the base has all of it", () => {
    const told = { code: "nothing_to_merge", reason: "main has all of it." };
    const status = { type: "bead.status-changed", bead: "gt-2", from: "open", to: "closed", reason: told.reason };
    expect(refuse(aLanding("gt-2", "hq-9", unknown), told)).toEqual({ outcome: "applied", changes: [status] });
    expect(refuse(aRequest("gt-2", "gt-1", unknown), told)).toMatchObject({
      changes: [{ type: "request.stuck" }, {}, {}],
    });
  });

  it("fails what cannot be adopted", () => {
    const told = { code: "pr_not_found", reason: "There is no pull request 9 in web." };
    expect(refuse(anAdoption("gt-2", unknown), told)).toEqual({
      outcome: "applied",
      changes: [
        {
          type: "bead.status-changed",
          bead: "gt-2",
          from: "open",
          to: "failed",
          reason: told.reason,
          failure: { code: told.code, message: told.reason },
        },
      ],
    });
  });

  it("changes nothing that is not asked for any more (W30)", () => {
    expect(refuse(aRequest("gt-2", "gt-1"))).toMatchObject({ outcome: "refused", code: "stale" });
    expect(refuse(aRequest("gt-2", "gt-1", { ...unknown, status: "failed" }))).toMatchObject({ code: "stale" });
    const state = aSnapshot({ beads: [anIssue("gt-2")] });
    expect(refusePull.decide(state, data, aContext())).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    expect(refusePull.needs(data)).toEqual({ around: ["gt-2"] });
  });
});
