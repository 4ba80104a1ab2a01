import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Bead, Landing } from "./bead.ts";
import { aConvoy, aLanding, anIssue, aPull, aRequest, aRig, aSnapshot, now } from "./builders.ts";
import { isComplete, landingStep, progressOf } from "./convoys.ts";
import { liveConvoys } from "./live.ts";
import { noLanding } from "./evolve/convoy-steps.ts";

const open = anIssue("gt-1", { convoy: "hq-9" });
const closed = anIssue("gt-2", { convoy: "hq-9", status: "closed" });
const failed = anIssue("gt-3", { convoy: "hq-9", status: "failed" });

/** Whether a convoy of these beads is complete. */
const whole = (members: readonly Bead[], fields = {}, policy: PolicyOverride = {}) => {
  const convoy = aConvoy(
    "hq-9",
    members.map(({ bead }) => bead),
    fields,
  );
  return isComplete(aSnapshot({ policy, beads: [convoy, ...members] }), convoy);
};
/** A landing after so many attempts. */
const attempt = (attempts: number, lastAttemptAt = now - 3_600_000) => ({ attempts, lastAttemptAt, request: "gt-5" });

describe("progressOf", () => {
  it("tells closed, failed and unfinished beads apart, and does not count those that are gone", () => {
    const convoy = aConvoy("hq-9", ["gt-1", "gt-2", "gt-3", "gt-4"]);
    const found = progressOf(aSnapshot({ beads: [convoy, open, closed, failed] }), convoy);
    const ids = Object.values(found).map((beads: readonly Bead[]) => beads.map(({ bead }) => bead));
    expect(ids).toEqual([["gt-2"], ["gt-3"], ["gt-1"]]);
  });

  it("counts nothing as done of which something is in review (kilo-town §1.7)", () => {
    const convoy = aConvoy("hq-9", ["gt-2"]);
    const found = progressOf(aSnapshot({ beads: [convoy, closed, aRequest("gt-5", "gt-2")] }), convoy);
    expect(found).toMatchObject({ closed: [], unfinished: [{ bead: "gt-2" }] });
  });
});

describe("isComplete", () => {
  it.each([
    ["all its beads are closed", [closed], {}, {}, true],
    ["one is not", [closed, open], {}, {}, false],
    ["one has failed, which is not done (W26)", [closed, failed], {}, {}, false],
    ["one has failed and the town lands partially", [closed, failed], {}, { landPartially: true }, true],
    ["all have failed, of which nothing is a part", [failed], {}, { landPartially: true }, false],
    ["it is staged", [closed], { staged: true }, {}, false],
    ["it has no beads", [], {}, {}, false],
  ])("when %s", (_reason, members, fields, policy, complete) => {
    expect(whole(members, fields, policy)).toBe(complete);
  });
});

describe("liveConvoys", () => {
  it("are those that have not ended", () => {
    const beads = [
      aConvoy("hq-7", []),
      aConvoy("hq-8", [], { status: "closed" }),
      aConvoy("hq-9", [], { status: "failed" }),
    ];
    expect(liveConvoys(aSnapshot({ beads })).map(({ bead }) => bead)).toEqual(["hq-7"]);
  });
});

describe("landingStep", () => {
  const ready = { ...noLanding("web"), branchState: "ready" } as const;
  const step = (
    landing: Partial<Landing>,
    last: Parameters<typeof aLanding>[2] | null = null,
    policy: PolicyOverride = {},
  ) => {
    const beads = last === null ? [] : [aLanding("gt-5", "hq-9", last)];
    return landingStep(aSnapshot({ policy, beads }), { ...ready, ...landing }, now);
  };
  const closedPull = { pull: aPull({ state: "closed" }) };
  const lost = (updatedAt: number) =>
    ({
      status: "failed",
      updatedAt,
      failure: { code: "pr_closed", message: "it was closed" },
      re: closedPull,
    }) as const;

  it.each([
    ["is landed once that was noted", { landedAt: now - 1 }, null, { is: "landed" }],
    ["is due first", {}, null, { is: "due" }],
    ["has nothing to land where the branch never was", { branchState: "failed" as const }, null, { is: "through" }],
    ["is on its way while its merge request lives", attempt(1), {}, { is: "requested", request: "gt-5" }],
    [
      "costs no attempt while it waits for a person, however long (W5)",
      attempt(1, now - 30 * 86_400_000),
      { re: { pull: aPull({ state: "awaiting_approval" as const }) } },
      { is: "requested", request: "gt-5" },
    ],
    ["is through when it was merged", attempt(1), { status: "closed" as const }, { is: "through" }],
    [
      "is through when a person merged what was given up (W5)",
      attempt(1),
      { status: "failed" as const, re: { pull: aPull({ state: "merged" as const }) } },
      { is: "through" },
    ],
    [
      "waits until the pull request that failed is closed",
      attempt(1),
      { status: "failed" as const, re: { pull: aPull({ state: "conflicts" as const }) } },
      { is: "clearing", pull: 3 },
    ],
    ["is due again when its last request is gone and the wait is over", attempt(1), null, { is: "due" }],
    ["has failed for good after all attempts", attempt(5), lost(now), { is: "exhausted", reason: "it was closed" }],
  ])("%s", (_reason, landing, last, expected) => {
    expect(step(landing, last)).toEqual(expected);
  });

  it("has nothing to land in a rig that is gone", () => {
    expect(landingStep(aSnapshot({ rigs: [aRig({ rig: "api" })] }), ready, now)).toEqual({ is: "through" });
  });

  it.each([
    [1, 60_000],
    [2, 120_000],
    [3, 240_000],
    [4, 480_000],
  ])("after %i failures waits min(2^n × 30 s, 30 min) from the failure on (kilo-town §3.5 6e)", (failures, wait) => {
    const failedAt = now - wait + 1;
    expect(step(attempt(failures), lost(failedAt))).toEqual({ is: "cooling", until: now + 1, failed: failures });
    expect(step(attempt(failures), lost(now - wait))).toEqual({ is: "due" });
  });

  it("takes its numbers from the policy", () => {
    const policy = { landingCooldownMs: 1000, landingCooldownMaxMs: 3000, maxLandingAttempts: 3 };
    expect(step(attempt(1), lost(now), policy)).toMatchObject({ until: now + 2000 });
    expect(step(attempt(2), lost(now), policy)).toMatchObject({ until: now + 3000 });
    expect(step(attempt(3), lost(now), policy)).toMatchObject({ is: "exhausted" });
  });
});
