import { describe, expect, it } from "vitest";
import { aConvoy, aLanding, anEscalation, anIssue, aSnapshot } from "./builders.ts";
import { findCycle } from "./dependencies.ts";

const state = aSnapshot({
  beads: [
    anIssue("gt-1", { dependsOn: ["gt-2", "gt-3"] }),
    anIssue("gt-2", { dependsOn: ["gt-4"] }),
    anIssue("gt-3", { dependsOn: ["gt-4", "gt-9"] }),
    anIssue("gt-4", { dependsOn: ["hq-5"] }),
    anEscalation("hq-5"),
    anIssue("gt-6", { dependsOn: ["gt-7"] }),
    aLanding("gt-7", "hq-9"),
    aConvoy("hq-9", ["gt-10", "gt-11"]),
  ],
});

describe("findCycle", () => {
  it.each([
    ["itself", ["gt-4"], "gt-4 gt-4"],
    ["what waits for it, however far", ["hq-5", "gt-1"], "gt-4 gt-1 gt-2 gt-4"],
    ["the second way when the first leads elsewhere", ["gt-1"], "gt-9 gt-1 gt-3 gt-9"],
    ["a convoy, which ends after its beads", ["hq-9"], "gt-11 hq-9 gt-11"],
    ["a merge request, which ends after what it hands in", ["gt-6"], "hq-9 gt-6 gt-7 hq-9"],
  ] as const)("finds a way back through %s", (_reason, dependsOn, way) => {
    const [bead = ""] = way.split(" ");
    expect(findCycle(state, bead, dependsOn)?.join(" ")).toBe(way);
  });

  it("finds none in a diamond, which is walked once", () => {
    expect(findCycle(state, "gt-8", ["gt-1", "gt-3"])).toBeNull();
  });
});
