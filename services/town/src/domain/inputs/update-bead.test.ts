import { describe, expect, it } from "vitest";
import { aContext, anEscalation, anIssue, aSnapshot } from "../builders.ts";
import { updateBead } from "./update-bead.ts";

const state = aSnapshot({
  beads: [
    anIssue("gt-1", { dependsOn: ["gt-2"], blocked: true, labels: ["a"] }),
    anIssue("gt-2"),
    anIssue("gt-3", { dependsOn: ["gt-1"], blocked: true }),
    anIssue("gt-4", { status: "closed" }),
    anEscalation("hq-5"),
    anIssue("gt-6", { labels: ["gt:rework", "a"] }),
  ],
});

function changed(data: Parameters<typeof updateBead.decide>[1]) {
  const decided = updateBead.decide(state, data, aContext());
  return decided.outcome === "applied"
    ? decided.changes.flatMap((c) => (c.type === "bead.updated" ? [c.changed] : []))
    : decided;
}

describe("update-bead", () => {
  it.each([
    ["what differs", { title: "New", priority: "medium" as const }, { title: "New" }],
    ["labels as a whole", { labels: ["a", "b"] }, { labels: ["a", "b"] }],
    ["a hold", { held: true }, { held: true }],
    ["other blockers", { dependsOn: ["gt-4", "gt-4"] }, { dependsOn: ["gt-4"] }],
  ])("changes %s", (_reason, fields, expected) => {
    expect(changed({ bead: "gt-1", ...fields })).toEqual([expected]);
  });

  it("keeps the labels the town gave a bead, and refuses others of the kind", () => {
    expect(changed({ bead: "gt-6", labels: ["b"] })).toEqual([{ labels: ["gt:rework", "b"] }]);
    expect(changed({ bead: "gt-6", labels: ["gt:rework", "a"] })).toEqual([]);
    expect(changed({ bead: "gt-6", labels: ["a", "gt:triage"] })).toMatchObject({
      outcome: "refused",
      code: "invalid",
      message: expect.stringContaining("gt:triage"),
    });
  });

  it("marks a bead that has to wait now, so that it is told when it need not any more", () => {
    expect(changed({ bead: "gt-2", dependsOn: ["hq-5"] })).toEqual([{ dependsOn: ["hq-5"], blocked: true }]);
  });

  it("changes nothing that is as given", () => {
    expect(changed({ bead: "gt-1", dependsOn: ["gt-2"], held: false, title: "Title of gt-1" })).toEqual([]);
    expect(changed({ bead: "hq-5" })).toEqual([]);
  });

  it("edits the text of other beads, but they neither wait nor are held", () => {
    expect(changed({ bead: "hq-5", title: "Louder" })).toEqual([{ title: "Louder" }]);
    expect(changed({ bead: "hq-5", held: true })).toMatchObject({ outcome: "refused", code: "invalid" });
    expect(changed({ bead: "hq-5", dependsOn: [] })).toMatchObject({ outcome: "refused", code: "invalid" });
  });

  it.each([
    ["itself", "gt-2", ["gt-2"], "gt-2 → gt-2"],
    ["one that waits for it", "gt-2", ["gt-3"], "gt-2 → gt-3 → gt-1 → gt-2"],
  ])("refuses a bead that waits for %s, and names the way", (_reason, ...[bead, dependsOn, way]) => {
    expect(changed({ bead, dependsOn })).toMatchObject({
      code: "dependency_cycle",
      message: expect.stringContaining(way),
    });
  });

  it("refuses blockers that are not there", () => {
    expect(changed({ bead: "gt-2", dependsOn: ["gt-9"] })).toMatchObject({ outcome: "refused", code: "invalid" });
  });

  it("leaves ended beads alone, and does not know others", () => {
    expect(changed({ bead: "gt-4", title: "New" })).toMatchObject({ outcome: "refused", code: "wrong_state" });
    expect(changed({ bead: "gt-9", title: "New" })).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
  });

  it("asks for all that new blockers wait for, to find a cycle", () => {
    expect(updateBead.needs({ bead: "gt-1", dependsOn: ["gt-2"] })).toEqual({
      beads: ["gt-1"],
      dependenciesOf: ["gt-2"],
    });
    expect(updateBead.needs({ bead: "gt-1" })).toEqual({ beads: ["gt-1"], dependenciesOf: [] });
  });
});
