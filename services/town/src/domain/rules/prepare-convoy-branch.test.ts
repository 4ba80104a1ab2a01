import { describe, expect, it } from "vitest";
import type { Convoy, Landing } from "../bead.ts";
import { aConvoy, aRig, aSnapshot, now } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import type { Rig } from "../rig.ts";
import { prepareConvoyBranch } from "./prepare-convoy-branch.ts";

function look(landings: readonly Partial<Landing>[], fields: Partial<Convoy> = {}, rig: Partial<Rig> = {}) {
  const all = landings.map((landing, index) => ({ ...noLanding(["web", "api"][index] ?? ""), ...landing }));
  const rigs = [aRig(rig), aRig({ rig: "api" })];
  const policy = { askAgainMs: 10_000, landingCooldownMaxMs: 40_000 };
  return prepareConvoyBranch.look(
    aSnapshot({ policy, rigs, beads: [aConvoy("hq-9", [], { landings: all, ...fields })] }),
    now,
  );
}
const ask = (...rigs: string[]) => [{ do: "ask-branch", bead: "hq-9", rigs }];

describe("prepare-convoy-branch", () => {
  it.each([
    ["in every rig where it is not", [{}, {}], ask("web", "api")],
    ["where it is not there yet", [{ branchState: "ready" as const }, {}], ask("api")],
    ["again when nothing was told for a while", [{ branchAskedAt: now - 10_000 }], ask("web")],
    [
      "again after a longer while when it could not be made",
      [{ branchState: "failed" as const, branchAskedAt: now - 40_000 }],
      ask("web"),
    ],
  ])("asks for the branch of a convoy %s", (_reason, landings, decisions) => {
    expect(look(landings)).toMatchObject({ decisions, nextLook: null });
  });

  it("waits for the forge, and looks again in time", () => {
    const both = [{ branchAskedAt: now - 4000 }, { branchState: "failed" as const, branchAskedAt: now - 4000 }];
    expect(look(both)).toMatchObject({ decisions: [], nextLook: now + 6000 });
    expect(look(both.slice(1).concat([{ branchState: "failed", branchAskedAt: now - 9000 }])).nextLook).toBe(
      now + 31_000,
    );
  });

  it.each([
    ["is staged", {}, { staged: true }, {}],
    ["is merged bead by bead", {}, { branch: null }, {}],
    ["has ended", {}, { status: "closed" as const }, {}],
    ["has its branch", { branchState: "ready" as const }, {}, {}],
    ["has landed there", { landedAt: now }, {}, {}],
    ["works in a rig the forge does not know yet", {}, {}, { state: "registering" as const }],
  ])("asks for nothing for a convoy that %s", (_reason, landing, fields, rig) => {
    expect(look([landing], fields, rig)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
