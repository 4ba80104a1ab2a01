import { prState, type PrState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Issue, Request } from "../bead.ts";
import {
  aConvoy,
  aFixup,
  anAdoption,
  aLanding,
  anIssue,
  aPull,
  aRequest,
  aRig,
  aSnapshot,
  head,
  now,
} from "../builders.ts";
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

  it("waits until it has been ready for autoMergeDelayMs, from when the forge says that it became so", () => {
    const since = "2027-01-15T07:59:00.000Z"; // A minute before now.
    const young = { ...ready, pull: aPull({ state: "ready", since }) };
    expect(look(young, { autoMergeDelayMs: 60_000 }).decisions).toEqual(merge);
    const found = look(young, { autoMergeDelayMs: 100_000 });
    expect(found).toMatchObject({ decisions: [], nextLook: now + 40_000 });
    expect(found.explanations[0]).toMatchObject({
      says: "is ready and merged in {wait}",
      movesWhen: "it has been ready for autoMergeDelayMs",
    });
  });

  it("goes by the rig's own settings (W23)", () => {
    const beads = [anIssue("gt-1", { status: "in_review" }), aRequest("gt-2", "gt-1", { re: { pull: ready.pull } })];
    const rigs = [aRig({ policyOverride: { codeReview: false } })];
    expect(mergeWhenReady.look(aSnapshot({ rigs, beads }), now).decisions).toEqual(merge);
    expect(mergeWhenReady.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });

  it("merges landings that were read, and adopted ones as they are, but nothing that is being repaired", () => {
    const landing = aLanding("gt-2", "hq-9", { re: ready });
    const adopted = anAdoption("gt-3", { re: { pull: aPull({ number: 9, state: "ready" }) } });
    const beads = [aConvoy("hq-9", []), landing, adopted];
    expect(mergeWhenReady.look(aSnapshot({ beads }), now).decisions).toEqual([
      { do: "merge", bead: "gt-2", source: "hq-9", head: head("1") },
      { do: "merge", bead: "gt-3", source: null, head: head("1") },
    ]);
    const repairs = [aFixup("gt-4", landing), aFixup("gt-5", adopted)];
    expect(mergeWhenReady.look(aSnapshot({ beads: [...beads, ...repairs] }), now).decisions).toEqual([]);
  });

  it("never asks anything of one that waits for a person, however long, and has no timer (R9)", () => {
    const waiting = { ...ready, pull: aPull({ state: "awaiting_approval", since: "2020-01-01T00:00:00.000Z" }) };
    const asked = { mergeAskedHead: head("1"), mergeAskedAt: now - 900_000_000 };
    expect(look({ ...waiting, ...asked })).toMatchObject({ decisions: [], nextLook: null });
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
