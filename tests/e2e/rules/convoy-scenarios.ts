import { convoyFailed, convoyLanded, convoyProgressed, convoyRigLanded, landingRequested } from "@gastown/contracts";
import { expect } from "vitest";
import { convoyOfHands, landing } from "./landing.ts";
import type { Scenarios } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** The pull request of the one landing there is. */
async function landingPull(town: ScenarioTown) {
  const [pull] = await shows(
    () => town.pulls(),
    (pulls) => expect(pulls).toMatchObject([{ state: "awaiting_approval", base: "main" }]),
  );
  return pull?.number ?? 0;
}

/** Convoys, from their branch to the landing. */
export const convoyScenarios: Scenarios = {
  "prepare-convoy-branch": {
    async run(town) {
      const { convoy } = await convoyOfHands(town);
      const { branch } = await shows(
        () => town.convoy(convoy),
        ({ landings }) => expect(landings).toMatchObject([{ rig: "app", branchState: "ready" }]),
      );
      expect(town.git("app", "rev-parse", branch ?? "")).toBe(town.git("app", "rev-parse", "main"));
    },
  },
  "tell-convoy-progress": {
    async run(town) {
      const { convoy, beads } = await convoyOfHands(town);
      await town.says(convoy, /0 of its 2 beads are done/);
      await town.closeBead(beads[0] ?? "");
      await town.events.wait(convoyProgressed, (told) => told.convoy === convoy && told.closed === 1);
      await town.says(convoy, /1 of its 2 beads are done/);
      expect(await town.convoy(convoy)).toMatchObject({ closed: 1, failed: 0, total: 2 });
    },
  },
  "land-convoy": {
    policy: { codeReview: false },
    async run(town) {
      const { convoy, branch } = await landing(town);
      const tip = town.git("app", "rev-parse", branch);
      await town.events.wait(landingRequested, (asked) => asked.convoy === convoy && asked.rig === "app");
      await town.events.wait(convoyRigLanded, (told) => told.convoy === convoy && told.rig === "app");
      expect(town.git("app", "merge-base", "--is-ancestor", tip, "main")).toBe("");
    },
  },
  "close-convoy": {
    async run(town) {
      const { convoy, beads } = await convoyOfHands(town, "review-and-merge");
      for (const bead of beads) await town.closeBead(bead);
      expect(await town.events.wait(convoyLanded)).toEqual({ convoy, partial: false });
      expect(await town.reaches(convoy, "closed")).toMatchObject({ type: "convoy" });
      expect(await town.convoy(convoy)).toMatchObject({ status: "landed" });
    },
  },
  "close-abandoned-pull": {
    policy: { codeReview: false },
    rig: { requiredApprovals: 1 },
    async run(town) {
      const { convoy } = await landing(town);
      const number = await landingPull(town);
      await town.closeConvoy(convoy);
      await shows(
        () => town.pull(number),
        ({ state }) => expect(state).toBe("closed"),
      );
    },
  },
  "fail-convoy": {
    policy: { codeReview: false, maxLandingAttempts: 1 },
    rig: { requiredApprovals: 1 },
    async run(town) {
      const { convoy } = await landing(town);
      await town.closePull(await landingPull(town));
      const failed = await town.events.wait(convoyFailed);
      expect(failed).toMatchObject({ convoy, code: "landing_mr_exhausted" });
      expect(await town.convoy(convoy)).toMatchObject({ status: "failed" });
      expect(await town.beads({ type: ["escalation"] })).toHaveLength(1);
    },
  },
};
