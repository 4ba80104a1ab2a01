import { describe, expect, it } from "vitest";
import { aConvoy, anAdoption, aLanding, anIssue, aPull, aRequest, aSnapshot, now } from "../builders.ts";
import { endAbandoned } from "./end-abandoned.ts";

const closed = { pull: aPull({ state: "closed" }) };
const decision = { do: "end-abandoned", bead: "gt-2", source: "gt-1", requests: [] };

describe("end-abandoned", () => {
  it.each([
    [
      "a person closed its pull request",
      [anIssue("gt-1", { status: "in_review" }), aRequest("gt-2", "gt-1", { re: closed })],
    ],
    ["its work item has ended without it", [anIssue("gt-1", { status: "failed" }), aRequest("gt-2", "gt-1")]],
    ["its work item is gone", [aRequest("gt-2", "gt-1")]],
  ])("ends a merge request when %s", (_reason, beads) => {
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([decision]);
  });

  it.each([
    [
      "a person closed the pull request of a landing",
      [aConvoy("hq-9", []), aLanding("gt-2", "hq-9", { re: closed })],
      "hq-9",
    ],
    ["its convoy has ended", [aConvoy("hq-9", [], { status: "closed" }), aLanding("gt-2", "hq-9")], "hq-9"],
    ["its convoy is gone", [aLanding("gt-2", "hq-9")], "hq-9"],
    ["a person closed the pull request that was adopted", [anAdoption("gt-2", { re: closed })], null],
  ])("ends a merge request without an author when %s", (_reason, beads, source) => {
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([{ ...decision, source }]);
  });

  it("does not end the landing of another rig", () => {
    const other = aLanding("gt-3", "hq-9", { rig: "api" });
    const beads = [aConvoy("hq-9", []), aLanding("gt-2", "hq-9", { re: closed }), other];
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([{ ...decision, source: "hq-9" }]);
  });

  it("ends the siblings with their work item", () => {
    const beads = [anIssue("gt-1"), aRequest("gt-2", "gt-1", { re: closed }), aRequest("gt-3", "gt-1")];
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([{ ...decision, requests: ["gt-3"] }]);
  });

  it.each([
    ["its convoy goes on", [aConvoy("hq-9", []), aLanding("gt-2", "hq-9")]],
    ["it was adopted and is open", [anAdoption("gt-2")]],
    ["its pull request is open", [anIssue("gt-1"), aRequest("gt-2", "gt-1")]],
    ["it has no pull request yet", [anIssue("gt-1"), aRequest("gt-2", "gt-1", { re: { pull: null } })]],
    ["it has ended itself", [anIssue("gt-1"), aRequest("gt-2", "gt-1", { status: "failed", re: closed })]],
  ])("leaves it alone when %s", (_reason, beads) => {
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });
});
