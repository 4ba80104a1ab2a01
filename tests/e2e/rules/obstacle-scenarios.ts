import { agentDispatched, beadReleased } from "@gastown/contracts";
import { expect } from "vitest";
import { failing, nobody, type Scenarios } from "./scenario.ts";

/** What keeps an open bead from being dispatched, and says so. */
export const obstacleScenarios: Scenarios = {
  held: {
    async run(town) {
      const bead = await town.create({ title: "Not yet", held: true });
      await town.says(bead, /is held/);
      expect(await town.agents()).toEqual([]);
    },
  },
  staged: {
    async run(town) {
      const { convoy, beads } = await town.createConvoy({ staged: true, tasks: [{ title: "Not yet" }] });
      await town.says(beads[0] ?? "", new RegExp(`waits for its convoy ${convoy}, which is staged`));
      expect(await town.agents()).toEqual([]);
    },
  },
  blockers: {
    async run(town) {
      const first = await town.create({ title: "First", held: true });
      const second = await town.create({ title: "Second", dependsOn: [first] });
      await town.says(second, new RegExp(`waits for ${first} \\(open\\)`));
      expect(await town.agents()).toEqual([]);
    },
  },
  "rig-ready": {
    rig: null,
    async run(town) {
      await town.addRig("app", { source: "/there/is/no/such/repository" });
      const bead = await town.create({ title: "Nowhere to work" });
      await town.says(bead, /waits for rig app, which cannot be used/);
      expect(await town.agents()).toEqual([]);
    },
  },
  "feature-branch": {
    async run(town) {
      // No branch can be made below this one.
      town.push("convoy", "In the way");
      const { branch, beads } = await town.createConvoy({ tasks: [{ title: "Starts from a branch" }] });
      await town.says(
        beads[0] ?? "",
        new RegExp(`waits for branch ${branch} in rig app, which the forge could not make`),
      );
      expect(await town.agents()).toEqual([]);
    },
  },
  standstill: {
    policy: nobody,
    async run(town) {
      const bead = await town.create({ title: "Nothing may be used" });
      await town.says(bead, /waits for a person: the town may use 0/);
      expect(await town.agents()).toEqual([]);
    },
  },
  "cool-down": {
    policy: { dispatchCooldownMs: [600_000] },
    async run(town) {
      const bead = await town.create(failing);
      await town.events.wait(beadReleased, (released) => released.bead === bead);
      await town.says(bead, /waits .+ for its dispatch cool-down \(attempt 1 of 5 brought nothing\)/);
      await town.setPolicy({ dispatchCooldownMs: [100] });
      await town.events.wait(agentDispatched, (sent) => sent.bead === bead && sent.attempt === 2);
    },
  },
};
