import { describe, expect, it } from "vitest";
import { anIssue, aPull, aRequest, aSnapshot, now } from "../builders.ts";
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
    ["its pull request is open", [anIssue("gt-1"), aRequest("gt-2", "gt-1")]],
    ["it has no pull request yet", [anIssue("gt-1"), aRequest("gt-2", "gt-1", { re: { pull: null } })]],
    ["it has ended itself", [anIssue("gt-1"), aRequest("gt-2", "gt-1", { status: "failed", re: closed })]],
  ])("leaves it alone when %s", (_reason, beads) => {
    expect(endAbandoned.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });
});
