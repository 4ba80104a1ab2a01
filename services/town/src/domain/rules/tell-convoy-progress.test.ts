import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Issue } from "../bead.ts";
import { aConvoy, anIssue, aSnapshot, now } from "../builders.ts";
import { tellConvoyProgress } from "./tell-convoy-progress.ts";

function look(statuses: readonly Issue["status"][], fields: Partial<Convoy> = {}, policy: PolicyOverride = {}) {
  const issues = statuses.map((status, index) => anIssue(`gt-${index + 1}`, { status, convoy: "hq-9" }));
  const convoy = aConvoy(
    "hq-9",
    issues.map(({ bead }) => bead),
    fields,
  );
  return tellConvoyProgress.look(aSnapshot({ policy, beads: [convoy, ...issues] }), now);
}

describe("tell-convoy-progress", () => {
  it("tells how many beads are closed and how many have failed, once", () => {
    const told = { do: "tell-progress", bead: "hq-9", closed: 1, failed: 1 };
    expect(look(["closed", "failed", "open"]).decisions).toEqual([told]);
    expect(look(["closed", "failed", "open"], { progress: { closed: 1, failed: 1 } }).decisions).toEqual([]);
    expect(look(["open"], { progress: { closed: 1, failed: 0 } }).decisions).toMatchObject([{ closed: 0 }]);
  });

  it.each<[string, Parameters<typeof look>, string, string]>([
    ["is staged", [["open"], { staged: true }], "is staged", "a person starts it (gastown convoy start hq-9)"],
    [
      "has beads at work",
      [["closed", "in_progress", "open"]],
      "waits for gt-2 (in_progress), gt-3 (open); 1 of its 3 beads are done",
      "those beads have ended",
    ],
    [
      "has more beads at work than fit",
      [Array.from({ length: 12 }, () => "open" as const)],
      "waits for gt-1 (open), gt-2 (open), gt-3 (open), gt-4 (open), gt-5 (open), gt-6 (open), gt-7 (open), gt-8 (open), gt-9 (open), gt-10 (open) and 2 more; 0 of its 12 beads are done",
      "those beads have ended",
    ],
    [
      "is kept back by a failed bead (W26)",
      [["closed", "failed"]],
      "waits for a person: gt-2 (failed); 1 of its 2 beads are done",
      "each of them is closed, which accepts the failure (gastown close), or taken out (gastown convoy remove hq-9); or landPartially is switched on; other beads for the same work can be added (gastown convoy add hq-9)",
    ],
    ["has no beads", [[]], "has no beads", "beads are added to it, or it is closed (gastown convoy close hq-9)"],
  ])("says what a convoy waits for that %s, without any timer", (_reason, args, says, movesWhen) => {
    const found = look(...args);
    expect(found.explanations).toEqual([{ bead: "hq-9", says, movesWhen, until: null }]);
    expect(found.nextLook).toBeNull();
  });

  it.each<[string, Parameters<typeof look>]>([
    ["is complete", [["closed"], { progress: { closed: 1, failed: 0 } }]],
    ["is complete in part", [["closed", "failed"], { progress: { closed: 1, failed: 1 } }, { landPartially: true }]],
    ["has ended", [["open"], { status: "closed" }]],
  ])("has nothing to say of a convoy that %s", (_reason, args) => {
    expect(look(...args)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
