import { describe, expect, it } from "vitest";
import { labelsAfter, refuseLabels } from "./labels.ts";

describe("labels", () => {
  it.each([
    ["plain ones", ["a", "gt", "gt-1", "x:gt:y"], []],
    ["one of the town's that the bead has", ["gt:rework"], ["gt:rework"]],
  ])("may be %s", (_reason, given, own) => {
    expect(refuseLabels(given, own)).toBeNull();
  });

  it.each([
    ["any that begins as the town's do", ["a", "gt:x"], "gt:x begins with gt:"],
    ["the one kilo holds beads with, and says what to do instead", ["gt:held"], "set held"],
  ])("may not be %s", (_reason, given, text) => {
    expect(refuseLabels(given, ["gt:other"])).toMatchObject({
      outcome: "refused",
      code: "invalid",
      message: expect.stringContaining(text),
    });
  });

  it("of the town stay on a bead whatever a person gives it", () => {
    expect(labelsAfter(["gt:message", "old"], ["new", "new"])).toEqual(["gt:message", "new"]);
    expect(labelsAfter(["gt:message"], ["new", "gt:message"])).toEqual(["gt:message", "new"]);
  });
});
