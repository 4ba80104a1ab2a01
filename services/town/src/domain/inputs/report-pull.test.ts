import { describe, expect, it } from "vitest";
import { prState, type PrState } from "@gastown/contracts";
import { aContext, aConvoy, anAdoption, aLanding, anIssue, aPull, aRequest, aSnapshot, head } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { epochMs } from "../time.ts";
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
    expect(reportPull.needs(data)).toEqual({ around: ["gt-2"] });
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
    ["an earlier pull request than its own", { pull: aPull({ number: 4, revision: 1 }) }],
  ])("refuses %s as stale", (_reason, re) => {
    expect(report(re)).toMatchObject({ outcome: "refused", code: "stale" });
  });

  it("does not follow an adopted pull request that was let go (W30)", () => {
    const gone = anAdoption("gt-2", { status: "closed", re: { pull: null } });
    expect(reportPull.decide(aSnapshot({ beads: [gone] }), data, aContext())).toMatchObject({ code: "stale" });
  });

  it("takes the branches of an adopted pull request as the forge has them, when they are others", () => {
    const told = { ...data, branch: "their/work", base: "release" };
    const state = aSnapshot({ beads: [anAdoption("gt-2", { re: { pull: null, branch: "main" } })] });
    const branches = { type: "adoption.told", bead: "gt-2", branch: "their/work", target: "release" };
    expect(reportPull.decide(state, told, aContext())).toMatchObject({ changes: [reported(true), branches] });
    const known = aSnapshot({ beads: [anAdoption("gt-2", { re: { pull: null, target: "release" } })] });
    expect(reportPull.decide(known, told, aContext())).toMatchObject({ changes: [reported(true)] });
  });

  it("does not know other merge requests", () => {
    const state = aSnapshot({ beads: [anIssue("gt-2")] });
    expect(reportPull.decide(state, data, aContext())).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
  });
});

function waitChanges(re: Partial<Request>, state: PrState, since: string) {
  const causes = [
    { state, message: "1 of 2 approvals" },
    { state: "behind" as const, message: "no" },
  ];
  const decided = report({ pull: null, ...re }, { state, since, causes });
  return (decided.outcome === "applied" ? decided.changes : []).filter(({ type }) => type !== "pull.reported");
}
function ended(re: Partial<Request>) {
  return aSnapshot({ beads: [aRequest("gt-2", "gt-1", { status: "closed", re: { pull: null, ...re } })] });
}

describe("report-pull, of a wait for a person (R9)", () => {
  const began = "2027-01-10T08:00:00.000Z";
  const over = "2027-01-14T09:00:00.500Z";
  const waitedMs = 4 * 86_400_000 + 3_600_500;
  const waiting = { awaitingSince: epochMs(began) };
  it("tells once that it has begun, as of when the forge says that it did", () => {
    expect(waitChanges({}, "awaiting_approval", began)).toEqual([
      { type: "approval.awaited", bead: "gt-2", source: "gt-1", since: epochMs(began), causes: ["1 of 2 approvals"] },
    ]);
    expect(waitChanges(waiting, "awaiting_approval", over)).toEqual([]);
  });

  it.each(prState.options.filter((state) => state !== "awaiting_approval" && state !== "stale_read"))(
    "tells once that it is over, and how long it really was, when the state becomes %s (W6)",
    (state) => {
      expect(waitChanges(waiting, state, over)).toEqual([
        { type: "approval.resolved", bead: "gt-2", source: "gt-1", waitedMs, state },
      ]);
      expect(waitChanges({}, state, over)).toEqual([]);
    },
  );

  it("learns nothing from a stale read", () => {
    expect(waitChanges(waiting, "stale_read", over)).toEqual([]);
  });

  it("does not begin for what has ended, but does end", () => {
    const told = { ...data, state: "awaiting_approval" as const, since: began };
    expect(reportPull.decide(ended({}), told, aContext())).toMatchObject({ changes: [{ type: "pull.reported" }] });
    const closed = { ...data, state: "closed" as const, since: over };
    expect(reportPull.decide(ended(waiting), closed, aContext())).toMatchObject({
      changes: [{ type: "pull.reported" }, { type: "approval.resolved", waitedMs, state: "closed" }],
    });
  });

  it("tells on the edge that the convoy makes no further attempt to land (W5)", () => {
    const landings = [{ ...noLanding("web"), attempts: 2, request: "gt-2" }];
    const convoy = aConvoy("hq-9", [], { landings });
    const told = { ...data, state: "awaiting_approval" as const, since: began };
    const state = (re: Partial<Request>) =>
      aSnapshot({ beads: [convoy, aLanding("gt-2", "hq-9", { re: { pull: null, ...re } })] });
    expect(reportPull.decide(state({}), told, aContext())).toMatchObject({
      changes: [
        { type: "pull.reported" },
        { type: "approval.awaited", bead: "gt-2", source: "hq-9" },
        { type: "landing.suppressed", bead: "hq-9", rig: "web", attempt: 3 },
      ],
    });
    const again = reportPull.decide(state(waiting), told, aContext());
    expect(again.outcome === "applied" ? again.changes.map(({ type }) => type) : []).toEqual(["pull.reported"]);
  });
});
