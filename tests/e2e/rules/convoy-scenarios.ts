import { convoyFailed, convoyLanded, convoyProgressed, convoyRigLanded, landingRequested } from "@gastown/contracts";
import { expect } from "vitest";
import { convoyOfHands, landing } from "./landing.ts";
import type { Scenarios } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** The pull request of the landing that waits for a person. */
async function landingPull(town: ScenarioTown) {
  const pulls = await shows(
    () => town.pulls(),
    (all) => expect(all.filter(({ state }) => state === "awaiting_approval")).toMatchObject([{ base: "main" }]),
  );
  return pulls.find(({ state }) => state === "awaiting_approval")?.number ?? 0;
}

/** Convoys, from their branch to the landing; people do the work. */
export const convoyScenarios: Scenarios = {
  preparing: {
    effects: {
      async staged(town) {
        const { convoy, beads } = await town.createConvoy({ staged: true, tasks: [{ title: "Not yet" }] });
        await town.says(beads[0] ?? "", new RegExp(`waits for its convoy ${convoy}, which is staged`));
        expect(await town.agents()).toEqual([]);
      },
      async "prepare-convoy-branch"(town) {
        const { convoy } = await convoyOfHands(town);
        const { branch } = await shows(
          () => town.convoy(convoy),
          ({ landings }) => expect(landings).toMatchObject([{ rig: "app", branchState: "ready" }]),
        );
        expect(town.git("app", "rev-parse", branch ?? "")).toBe(town.git("app", "rev-parse", "main"));
      },
    },
  },
  "in-the-way": {
    effects: {
      async "feature-branch"(town) {
        // No branch can be made below this one.
        town.push("convoy", "In the way");
        const { branch, beads } = await town.createConvoy({ tasks: [{ title: "Starts from a branch" }] });
        const why = new RegExp(`waits for branch ${branch} in rig app, which the forge could not make`);
        await town.says(beads[0] ?? "", why);
        expect(await town.agents()).toEqual([]);
      },
    },
  },
  progressing: {
    effects: {
      async "tell-convoy-progress"(town) {
        const { convoy, beads } = await convoyOfHands(town, "review-and-merge");
        await town.says(convoy, /0 of its 2 beads are done/);
        await town.closeBead(beads[0] ?? "");
        await town.events.wait(convoyProgressed, (told) => told.convoy === convoy && told.closed === 1);
        await town.says(convoy, /1 of its 2 beads are done/);
        expect(await town.convoy(convoy)).toMatchObject({ status: "active", closed: 1, failed: 0, total: 2 });
        await town.closeBead(beads[1] ?? "");
      },
      async "close-convoy"(town) {
        const { convoy, partial } = await town.events.wait(convoyLanded);
        expect(partial).toBe(false);
        expect(await town.convoy(convoy)).toMatchObject({ status: "landed", closed: 2 });
      },
    },
  },
  landing: {
    policy: { codeReview: false },
    effects: {
      async "land-convoy"(town) {
        const { convoy, branch } = await landing(town);
        const tip = town.git("app", "rev-parse", branch);
        await town.events.wait(landingRequested, (asked) => asked.convoy === convoy && asked.rig === "app");
        await town.events.wait(convoyRigLanded, (told) => told.convoy === convoy && told.rig === "app");
        expect(town.git("app", "merge-base", "--is-ancestor", tip, "main")).toBe("");
      },
    },
  },
  "not-landing": {
    policy: { codeReview: false, maxLandingAttempts: 1 },
    rig: { requiredApprovals: 1 },
    effects: {
      async "close-abandoned-pull"(town) {
        const { convoy } = await landing(town);
        const number = await landingPull(town);
        await town.closeConvoy(convoy);
        await shows(
          () => town.pull(number),
          ({ state }) => expect(state).toBe("closed"),
        );
      },
      async "fail-convoy"(town) {
        const { convoy } = await landing(town);
        await town.closePull(await landingPull(town));
        const failed = await town.events.wait(convoyFailed, (told) => told.convoy === convoy);
        expect(failed.code).toBe("landing_mr_exhausted");
        expect(await town.convoy(convoy)).toMatchObject({ status: "failed" });
        expect(await town.beads({ type: ["escalation"] })).toHaveLength(1);
      },
    },
  },
};
