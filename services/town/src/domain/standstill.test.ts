import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Bead, Work } from "./bead.ts";
import { aConvoy, anIssue, aRequest, aSnapshot, aTown, now } from "./builders.ts";
import { noSpent } from "./spent.ts";
import { standstillOf } from "./standstill.ts";
import type { Town } from "./town.ts";

const spent = { dispatches: 3, agentMs: 7_200_000, tokens: 500, microUsd: 12_500_000 };
const used = anIssue("gt-1", { spent });
const inConvoy = anIssue("gt-1", { convoy: "gt-5", spent });
const convoy = aConvoy("gt-5", ["gt-1"]);

function said(work: Work, policy: PolicyOverride, given: { town?: Partial<Town>; beads?: readonly Bead[] } = {}) {
  const { town = {}, beads = [] } = given;
  return standstillOf(aSnapshot({ town: aTown(policy, town), beads: [work, ...beads] }), work, now);
}

describe("standstill, by budgets", () => {
  it.each<[string, PolicyOverride, string]>([
    ["dispatches", { budgetBeadDispatches: 3 }, "3 dispatches"],
    ["agent time", { budgetBeadAgentMs: 7_200_000 }, "2 h of agent time"],
    ["tokens", { budgetBeadTokens: 400 }, "400 tokens"],
    ["money", { budgetBeadMicroUsd: 12_500_000 }, "$12.50"],
  ])("stops a bead that has used up its %s", (_of, policy, amount) => {
    expect(said(used, policy)).toEqual({
      bead: "gt-1",
      says: `waits for a person: it has used up its budget of ${amount}`,
      movesWhen: `${Object.keys(policy)[0]} is raised, or a person closes it`,
      until: null,
    });
  });

  it("stops the beads of a convoy that has used up its own, and the merge requests that hand them in or land it", () => {
    const policy = { budgetConvoyTokens: 500 };
    const words = {
      says: "waits for a person: its convoy gt-5 has used up its budget of 500 tokens",
      movesWhen: "budgetConvoyTokens is raised, or a person closes it or its convoy",
    };
    expect(said(inConvoy, policy, { beads: [convoy] })).toMatchObject(words);
    expect(said(aRequest("gt-2", "gt-1"), policy, { beads: [convoy, inConvoy] })).toMatchObject(words);
    expect(said(aRequest("gt-2", "gt-5"), policy, { beads: [convoy, inConvoy] })).toMatchObject(words);
  });

  it.each<[string, Work, readonly Bead[]]>([
    ["its own are not used up", anIssue("gt-1", { spent: noSpent }), []],
    ["its convoy has ended", inConvoy, [{ ...convoy, status: "closed" }]],
    ["its convoy is gone", inConvoy, []],
    ["it hands in what is gone", aRequest("gt-2", "gt-1"), [convoy]],
    ["it was adopted", aRequest("gt-2", "gt-1", { re: { source: null, adopts: 3 } }), [convoy, inConvoy]],
  ])("stops nothing when %s", (_why, work, beads) => {
    expect(said(work, { budgetConvoyTokens: 500, budgetBeadMicroUsd: 12_500_001 }, { beads })).toBeNull();
  });

  it("stops all of a town until its next period", () => {
    expect(said(anIssue("gt-1"), { budgetTownTokens: 500 }, { town: { spent, spentSince: now - 5 } })).toEqual({
      bead: "gt-1",
      says: "waits {wait} for the next budget period: the town has used up its budget of 500 tokens",
      movesWhen: "the next period begins, or budgetTownTokens is raised",
      until: now - 5 + 86_400_000,
    });
    const over = { spent, spentSince: now - 86_400_000 };
    expect(said(anIssue("gt-1"), { budgetTownTokens: 500 }, { town: over })).toBeNull();
  });
});

const failed = (rig: string, ...ago: number[]) => ago.map((ms) => ({ rig, at: now - ms }));

describe("standstill, by the breaker", () => {
  const policy = { breakerFailures: 3, breakerRigFailures: 2, breakerWindowMs: 60_000 };

  it.each<[string, Town["failures"]]>([
    ["nothing failed", []],
    ["too little failed", [...failed("web", 5), ...failed("api", 5)]],
    ["much failed in another rig", failed("api", 500, 700)],
  ])("holds nothing back when %s", (_what, failures) => {
    expect(said(anIssue("gt-1"), policy, { town: { failures } })).toBeNull();
  });

  it.each<[string, Town["failures"], string, number]>([
    ["in its rig", failed("web", 500, 700), "rig web: 2", 60_000 - 700],
    ["in the town", [...failed("web", 5), ...failed("api", 6, 7)], "the town: 3", 60_000 - 7],
    ["in both, its rig longer", failed("web", 5, 9, 100), "rig web: 3", 60_000 - 9],
  ])("says what holds it back when much failed %s", (_what, failures, where, wait) => {
    expect(said(anIssue("gt-1"), policy, { town: { failures } })).toMatchObject({
      says: `waits {wait} for the breaker of ${where} attempts failed in the last 60 s`,
      movesWhen: "the failed attempts are old, or the town is thawed (gastown thaw)",
      until: now + wait,
    });
  });

  it("goes by the town's when the work is in no rig", () => {
    expect(said(anIssue("gt-1", { rig: null }), policy, { town: { failures: failed("web", 1, 2) } })).toBeNull();
  });
});
