import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Landing } from "../bead.ts";
import { aConvoy, aLanding, anIssue, aRig, aSnapshot, now } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { failConvoy } from "./fail-convoy.ts";

const rigs = [aRig(), aRig({ rig: "api", prefix: "ap" })];
const closed = anIssue("gt-1", { status: "closed" });
const failed = anIssue("gt-2", { status: "failed" });
const last = aLanding("gt-5", "hq-9", { status: "failed", failure: { code: "not_repaired", message: "it conflicts" } });
const used: Landing = { ...noLanding("web"), branchState: "ready", attempts: 5, lastAttemptAt: now, request: "gt-5" };
const api = { ...noLanding("api"), branchState: "ready" } as const;

function look(
  landings: readonly Landing[],
  members = [closed],
  policy: PolicyOverride = {},
  fields: Partial<Convoy> = {},
) {
  const ids = members.map(({ bead }) => bead);
  const convoy = aConvoy("hq-9", ids, { landings, ...fields });
  return failConvoy.look(aSnapshot({ policy, rigs, beads: [convoy, ...members, last] }), now).decisions;
}

describe("fail-convoy", () => {
  it("fails a convoy whose landing used up its attempts (kilo-town §3.5 6d)", () => {
    const message = "its landing has failed 5 times (web: it conflicts)";
    expect(look([used])).toEqual([{ do: "fail-convoy", bead: "hq-9", code: "landing_mr_exhausted", message }]);
    expect(look([used, { ...api, landedAt: now }])).toHaveLength(1);
  });

  it("lets the other rigs finish first", () => {
    expect(look([used, api])).toEqual([]);
    expect(look([used, { ...api, attempts: 1, lastAttemptAt: now }])).toEqual([]);
  });

  it("fails a convoy of which no part was done, where parts may land (W26)", () => {
    const decision = { do: "fail-convoy", bead: "hq-9", code: "all_failed", message: "all its 1 beads have failed" };
    expect(look([api], [failed], { landPartially: true })).toEqual([decision]);
    expect(look([], [failed], { landPartially: true }, { branch: null })).toEqual([decision]);
  });

  it.each<[string, Parameters<typeof look>]>([
    ["has an attempt left", [[{ ...used, attempts: 4 }]]],
    ["got more attempts", [[used], [closed], { maxLandingAttempts: 6 }]],
    ["has a bead again that is not done", [[used], [closed, anIssue("gt-3")]]],
    ["waits for a person because all its beads failed", [[api], [failed]]],
    ["is staged", [[api], [failed], { landPartially: true }, { staged: true }]],
    ["is merged bead by bead", [[], [closed], {}, { branch: null }]],
  ])("leaves a convoy open that %s", (_reason, args) => {
    expect(look(...args)).toEqual([]);
  });
});
