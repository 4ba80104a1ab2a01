import { expect, test } from "vitest";
import { explanationText } from "./explain-text.ts";

const at = "2026-11-23T10:11:12.000Z";
const explanation = {
  bead: "gt-1",
  status: "in_progress",
  summary: "gt-1 is worked on by Toast",
  reasons: [{ rule: "release-lost-work", says: "is worked on by Toast", since: at }],
  movesWhen: ["Toast hands it in"],
  nextLookAt: null,
  lastCause: null,
} as const;
const { reasons, movesWhen } = explanation;
const read = { ...explanation, reasons: [...reasons], movesWhen: [...movesWhen] };

test("a bead whose agent waits for a place is told as such, before all rules", () => {
  expect(explanationText(read, "waits for one of 2 container places, its town is next, since 10:11:12")).toBe(
    [
      "gt-1 is in_progress. gt-1 is worked on by Toast",
      "  its agent does not run yet: it waits for one of 2 container places, its town is next, since 10:11:12",
      `  release-lost-work: is worked on by Toast (since ${at})`,
      "It moves when:",
      "  Toast hands it in",
      "No time is set: the town looks again when something happens to it.",
    ].join("\n"),
  );
  expect(explanationText(read, "")).not.toContain("run yet");
});
