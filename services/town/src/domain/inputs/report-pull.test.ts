import { describe, expect, it } from "vitest";
import { aContext, anIssue, aPull, aRequest, aSnapshot, head } from "../builders.ts";
import type { Request } from "../bead.ts";
import { reportPull } from "./report-pull.ts";

const pull = aPull({ head: head("2"), revision: 5, state: "ready" });
const data = { bead: "gt-2", rig: "web", ...pull, causes: [], branch: "gt/anvil/gt-1", base: "main" };

function report(re: Partial<Request>, fields = {}) {
  return reportPull.decide(
    aSnapshot({ beads: [aRequest("gt-2", "gt-1", { re })] }),
    { ...data, ...fields },
    aContext(),
  );
}
const reported = (current: boolean) => ({ type: "pull.reported", bead: "gt-2", pull, current });

describe("report-pull", () => {
  it.each([
    ["the first one", { pull: null, awaitsReport: true, head: head("2") }, true],
    ["one on a head nobody handed in: a person pushed", { awaitsReport: false }, true],
    ["one on a later head than was handed in", { awaitsReport: true, head: head("1"), reworkedHead: head("0") }, true],
    [
      "one that was on its way while new work was handed in: it is about what came back",
      { awaitsReport: true, head: head("3"), reworkedHead: head("2") },
      false,
    ],
  ])("stores %s", (_reason, re, current) => {
    expect(reportPull.needs(data)).toEqual({ beads: ["gt-2"] });
    expect(report(re)).toEqual({ outcome: "applied", changes: [reported(current)] });
  });

  it.each(["approved", "changes_requested"] as const)(
    "does not count a review (%s) of another head any more",
    (review) => {
      expect(report({ review, reviewHead: head("1") })).toMatchObject({
        changes: [reported(true), { type: "review.withdrawn", bead: "gt-2" }],
      });
      expect(report({ review, reviewHead: head("2") })).toMatchObject({ changes: [reported(true)] });
    },
  );

  it.each([
    ["an older revision", { pull: aPull({ revision: 5 }) }],
    ["another pull request than its own", { pull: aPull({ number: 4, revision: 1 }) }],
  ])("refuses %s as stale", (_reason, re) => {
    expect(report(re)).toMatchObject({ outcome: "refused", code: "stale" });
  });

  it("does not know other merge requests", () => {
    const state = aSnapshot({ beads: [anIssue("gt-2")] });
    expect(reportPull.decide(state, data, aContext())).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
  });
});
