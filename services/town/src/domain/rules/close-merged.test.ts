import { prState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { aConvoy, anAdoption, aLanding, anIssue, aPull, aRequest, aSnapshot, now } from "../builders.ts";
import { closeMerged } from "./close-merged.ts";

const merged = { pull: aPull({ state: "merged" }) };

describe("close-merged", () => {
  it("closes the merge request, its work item and its siblings", () => {
    const beads = [
      anIssue("gt-1"),
      aRequest("gt-2", "gt-1", { re: merged }),
      aRequest("gt-3", "gt-1"),
      aRequest("gt-4", "gt-9"),
    ];
    expect(closeMerged.look(aSnapshot({ beads }), now).decisions).toEqual([
      { do: "close-merged", bead: "gt-2", source: "gt-1", requests: ["gt-3"] },
    ]);
  });

  it("closes a landing without the landings of other rigs, and what was adopted", () => {
    const beads = [
      aConvoy("hq-9", []),
      aLanding("gt-2", "hq-9", { re: merged }),
      aLanding("ap-3", "hq-9", { rig: "api" }),
      anAdoption("gt-4", { re: merged }),
    ];
    expect(closeMerged.look(aSnapshot({ beads }), now).decisions).toEqual([
      { do: "close-merged", bead: "gt-2", source: "hq-9", requests: [] },
      { do: "close-merged", bead: "gt-4", source: null, requests: [] },
    ]);
  });

  it("does not touch a work item again because of a late word about a merge request that has ended (W30)", () => {
    const beads = [
      anIssue("gt-1", { status: "in_progress" }),
      aRequest("gt-2", "gt-1", { status: "failed", re: merged }),
    ];
    expect(closeMerged.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });

  it("leaves ended ones alone", () => {
    const beads = [aRequest("gt-2", "gt-1", { status: "closed", re: merged })];
    expect(closeMerged.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });

  it.each(prState.options.filter((state) => state !== "merged"))(
    "leaves one alone whose pull request is %s",
    (state) => {
      const beads = [anIssue("gt-1"), aRequest("gt-2", "gt-1", { re: { pull: aPull({ state }) } })];
      expect(closeMerged.look(aSnapshot({ beads }), now).decisions).toEqual([]);
    },
  );
});
