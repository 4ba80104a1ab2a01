import { describe, expect, it } from "vitest";
import type { Bead } from "../bead.ts";
import { aContext, aConvoy, aLanding, aMessage, anIssue, aRig, aSnapshot } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { convoyOf } from "../state.ts";
import { addToConvoy } from "./add-to-convoy.ts";

const context = aContext();
const convoy = aConvoy("hq-9", ["gt-1"]);
const member = anIssue("gt-1", { convoy: "hq-9" });
const rigs = [aRig(), aRig({ rig: "api", prefix: "ap" })];

function stateOf(beads: readonly Bead[]) {
  return aSnapshot({ rigs, beads });
}
function add(beads: readonly Bead[], ids: readonly string[] = ["gt-2"]) {
  return addToConvoy.decide(stateOf(beads), { convoy: "hq-9", beads: [...ids] }, context);
}
function after(beads: readonly Bead[], ids?: readonly string[]) {
  const decided = add(beads, ids);
  if (decided.outcome !== "applied") throw new Error(decided.message);
  return evolveAll(stateOf(beads), decided.changes, context.now) ?? stateOf(beads);
}

describe("add-to-convoy", () => {
  it("adds open work of people that nobody began, also while it runs, and lands in its rig as well", () => {
    const beads = [convoy, member, anIssue("gt-2", { parent: "gt-7" }), anIssue("ap-3", { rig: "api" })];
    const state = after(beads, ["gt-2", "ap-3", "gt-2"]);
    expect(convoyOf(state, "hq-9")).toMatchObject({
      members: ["gt-1", "gt-2", "ap-3"],
      landings: [{ rig: "web", branchState: "ready" }, noLanding("api")],
    });
    expect(state.beads.get("gt-2")).toMatchObject({ convoy: "hq-9", parent: "gt-7" });
    expect(state.beads.get("ap-3")).toMatchObject({ convoy: "hq-9", parent: "hq-9" });
  });

  it("begins a landing anew where one is through: the forge has removed that branch", () => {
    const landed = { ...noLanding("web"), branchState: "ready", attempts: 1, request: "gt-5", landedAt: 5 } as const;
    const beads = [aConvoy("hq-9", ["gt-1"], { landings: [landed, noLanding("api")] }), member, anIssue("gt-2")];
    expect(convoyOf(after(beads), "hq-9")?.landings).toEqual([noLanding("web"), noLanding("api")]);
  });

  it("makes no landings for one that is merged bead by bead", () => {
    const beads = [aConvoy("hq-9", [], { branch: null, landings: [] }), anIssue("gt-2")];
    expect(convoyOf(after(beads), "hq-9")?.landings).toEqual([]);
  });

  it("changes nothing the second time", () => {
    expect(add([convoy, member], ["gt-1"])).toEqual({
      outcome: "applied",
      changes: [],
      result: { convoy: "hq-9", beads: ["gt-1"] },
    });
  });

  it.each<[string, Bead, string]>([
    ["of another convoy", anIssue("gt-2", { convoy: "hq-8" }), "gt-2 belongs to convoy hq-8 already"],
    ["that is not open", anIssue("gt-2", { status: "in_review" }), "gt-2 is in_review; only open beads are added"],
    ["that was begun", anIssue("gt-2", { branch: "gt/anvil/gt-2" }), "gt-2 was begun on gt/anvil/gt-2 already"],
    ["that an agent has", anIssue("gt-2", { assignee: "gt-21" }), "gt-2 was given to gt-21 already"],
    [
      "of the town's own",
      anIssue("gt-2", { kind: "fixup" }),
      "gt-2 is no work item of people's, which alone make up convoys",
    ],
    ["that is no work", aMessage("gt-2", "gt-21"), "gt-2 is no work item of people's, which alone make up convoys"],
  ])("refuses a bead %s", (_reason, bead, message) => {
    expect(add([convoy, member, bead])).toEqual({ outcome: "refused", code: "wrong_state", message });
  });

  it("refuses what would be left behind by a landing on its way in that rig, and only there", () => {
    const landing = aLanding("gt-5", "hq-9");
    expect(add([convoy, member, landing, anIssue("gt-2")])).toMatchObject({
      code: "wrong_state",
      message: "gt-2 comes too late: hq-9 lands in web by gt-5; add it when that has ended, or to another convoy",
    });
    const elsewhere = anIssue("ap-2", { rig: "api" });
    expect(add([convoy, member, landing, elsewhere], ["ap-2"])).toMatchObject({ outcome: "applied" });
    expect(add([convoy, member, { ...landing, status: "failed" }, anIssue("gt-2")])).toMatchObject({
      outcome: "applied",
    });
  });

  it("refuses what waits for the convoy: neither would ever end", () => {
    const beads = [convoy, member, anIssue("gt-2", { dependsOn: ["gt-3"] }), anIssue("gt-3", { dependsOn: ["hq-9"] })];
    expect(add(beads)).toMatchObject({
      code: "dependency_cycle",
      message: "a convoy ends after its beads: hq-9 → gt-2 → gt-3 → hq-9 would wait for each other",
    });
  });

  it("refuses more beads than a convoy can have", () => {
    const many = Array.from({ length: 500 }, (_, n) => `gt-${n + 1000}`);
    expect(add([aConvoy("hq-9", many), anIssue("gt-2")])).toMatchObject({ code: "invalid" });
  });

  it("refuses beads that are not there, and convoys that are not or have ended", () => {
    expect(add([convoy, member])).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    expect(add([member])).toMatchObject({ outcome: "terminal", code: "convoy_not_found" });
    expect(add([aConvoy("hq-9", [], { status: "closed" }), anIssue("gt-2")])).toMatchObject({ code: "wrong_state" });
    expect(addToConvoy.needs({ convoy: "hq-9", beads: ["gt-2"] })).toEqual({
      around: ["hq-9"],
      beads: ["gt-2"],
      dependenciesOf: ["gt-2"],
    });
  });
});
