import { describe, expect, it } from "vitest";
import { aContext, anIssue, aSnapshot } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { now } from "../builders.ts";
import { remember } from "../history.ts";
import { reportRescue } from "./report-rescue.ts";

const state = aSnapshot({ beads: [anIssue("gt-1")] });
const rescued = {
  rig: "web",
  agent: "gt-21",
  bead: "gt-1",
  branch: "gt/toast/gt-1",
  pushedTo: "gt/rescue/toast/gt-1/0123456789ab",
  head: "0123456789abcdef0123456789abcdef01234567",
  why: "moved_on",
} as const;

describe("report-rescue", () => {
  it("is remembered under the bead, which stays as it is", () => {
    expect(reportRescue.needs(rescued)).toEqual({ beads: ["gt-1"] });
    const decided = reportRescue.decide(state, rescued, aContext());
    const { bead, ...told } = rescued;
    const change = { type: "work.rescued", ...rescued } as const;
    expect(decided).toEqual({ outcome: "applied", changes: [change] });
    expect(remember(change)).toEqual({ type: "work.rescued", beads: [bead], data: told });
    expect(evolveAll(state, [change], now)).toEqual(state);
  });

  it("of an unknown bead is never applied", () => {
    const decided = reportRescue.decide(state, { ...rescued, bead: "gt-zz" }, aContext());
    expect(decided).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
  });
});
