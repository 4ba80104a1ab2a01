import { prState, type PrState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Issue, Request } from "../bead.ts";
import { anIssue, aPull, aRequest, aSnapshot, head, now } from "../builders.ts";
import { mergeWhenReady } from "./merge-when-ready.ts";

const ready = { pull: aPull({ state: "ready" as PrState }), review: "approved" as const, reviewHead: head("1") };

function look(re: Partial<Request>, policy = {}, source: Partial<Issue> = {}) {
  const beads = [anIssue("gt-1", { status: "in_review", ...source }), aRequest("gt-2", "gt-1", { re })];
  return mergeWhenReady.look(aSnapshot({ policy, beads }), now);
}
const merge = [{ do: "merge", bead: "gt-2", source: "gt-1", head: head("1") }];

describe("merge-when-ready", () => {
  it.each([
    ["that is ready and was approved by the refinery", ready, {}],
    ["that is ready in a town without code review", { pull: ready.pull }, { codeReview: false }],
    ["that was asked for on an older head", { ...ready, mergeAskedHead: head("0"), mergeAskedAt: now }, {}],
    [
      "that is still ready a minute after it was asked for",
      { ...ready, mergeAskedHead: head("1"), mergeAskedAt: now - 60_000 },
      {},
    ],
  ])("asks to merge a pull request %s, pinned to its head", (_reason, re, policy) => {
    expect(look(re, policy).decisions).toEqual(merge);
  });

  it("asks once, then waits for the forge", () => {
    const found = look({ ...ready, mergeAskedHead: head("1"), mergeAskedAt: now - 1000 });
    expect(found).toMatchObject({ decisions: [], nextLook: now + 59_000 });
    expect(found.explanations[0]?.says).toBe("is being merged by the forge (asked again in {wait})");
  });

  it.each<[string, Parameters<typeof look>, string]>([
    ["was not read", [{ pull: ready.pull }], "is ready, but was not approved by the refinery yet"],
    [
      "was read on another head",
      [{ ...ready, reviewHead: head("0") }],
      "is ready, but was not approved by the refinery yet",
    ],
    ["is to be merged by people", [ready, { autoMerge: false }], "is ready, but autoMerge is off"],
  ])("does not merge what %s", (_reason, args, says) => {
    expect(look(...args)).toMatchObject({
      decisions: [],
      explanations: [
        { bead: "gt-2", says },
        { bead: "gt-1", says: `its pull request #3 (gt-2) ${says}` },
      ],
    });
  });

  it.each(prState.options.filter((state) => state !== "ready"))(
    "never merges in state %s (W3: unknown is never green)",
    (state) => {
      expect(look({ ...ready, pull: aPull({ state }) }).decisions).toEqual([]);
    },
  );

  it.each([
    ["awaiting_approval", "waits for approval by a person since 2027-01-15T07:55:00.000Z (1 of 2 approvals)"],
    ["checks_pending", "waits for its checks since 2027-01-15T07:55:00.000Z"],
  ] as const)("says what a pull request in state %s waits for", (state, says) => {
    const causes =
      state === "awaiting_approval"
        ? [
            { state, message: "1 of 2 approvals" },
            { state: "behind" as const, message: "no" },
          ]
        : [{ state, message: "" }];
    expect(look({ ...ready, pull: aPull({ state, causes }) }).explanations[0]).toMatchObject({
      bead: "gt-2",
      says,
      until: null,
    });
  });

  it("says nothing where other rules act", () => {
    expect(look({ ...ready, pull: aPull({ state: "merged" }) }).explanations).toEqual([]);
  });

  it("does not merge work that is back with its author, that the forge has not told of, or whose work item is gone", () => {
    expect(look(ready, {}, { status: "in_progress" }).decisions).toEqual([]);
    expect(look({ ...ready, awaitsReport: true }).decisions).toEqual([]);
    expect(look({ ...ready, pull: null }).decisions).toEqual([]);
    expect(mergeWhenReady.look(aSnapshot({ beads: [aRequest("gt-2", "gt-1", { re: ready })] }), now).decisions).toEqual(
      [],
    );
  });
});
