import { mergeRequested, reviewRequested } from "@gastown/contracts";
import { expect } from "vitest";
import { landing } from "./landing.ts";
import { nobody, once, type Scenarios, writing } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** A pull request that somebody outside of the town wrote, and that the town follows. */
async function adopted(town: ScenarioTown) {
  const { number } = await town.propose("contribution");
  const { bead } = await town.adopt(number);
  return { number, bead };
}

/** Pull requests: read, merged, objected to, repaired, closed. */
export const reviewScenarios: Scenarios = {
  "merge-when-ready": {
    policy: { autoMerge: false },
    async run(town) {
      const { number, bead } = await adopted(town);
      await town.says(bead, /is ready, but autoMerge is off/);
      await town.setPolicy({ autoMerge: true });
      await town.events.wait(mergeRequested, (asked) => asked.bead === bead);
      await shows(
        () => town.pull(number),
        ({ state }) => expect(state).toBe("merged"),
      );
    },
  },
  "close-merged": {
    policy: { autoMerge: false },
    async run(town) {
      const { number, bead } = await adopted(town);
      await shows(
        () => town.pull(number),
        (pull) => expect(pull).toMatchObject({ state: "ready", bead }),
      );
      await town.merge(number);
      const closed = await town.reaches(bead, "closed");
      expect(closed.mergeRequest?.mergeCommit).toBe(town.git("app", "rev-parse", "main"));
    },
  },
  "end-abandoned": {
    policy: { codeReview: false, ...once },
    rig: { requiredApprovals: 1 },
    async run(town) {
      const bead = await town.create(writing);
      const [pull] = await shows(
        () => town.pulls(),
        (pulls) => expect(pulls).toMatchObject([{ state: "awaiting_approval" }]),
      );
      await town.closePull(pull?.number ?? 0);
      const failed = await town.reaches(bead, "failed");
      expect(failed.failure?.message).toMatch(/closed/);
      await town.reaches(pull?.bead ?? "", "failed");
    },
  },
  "request-fixup": {
    policy: nobody,
    rig: { requiredApprovals: 1 },
    async run(town) {
      const { number, bead } = await adopted(town);
      await shows(
        () => town.pull(number),
        ({ state }) => expect(state).toBe("awaiting_approval"),
      );
      await town.review(number, "request_changes", "Say it in French");
      const [fixup] = await shows(
        () => town.beads({ kind: ["fixup"] }),
        (found) => expect(found).toHaveLength(1),
      );
      expect(fixup).toMatchObject({ status: "open", parent: bead, labels: ["gt:pr-feedback"] });
      await town.says(bead, new RegExp(`waits for ${fixup?.bead}`));
    },
  },
  "end-fixup": {
    policy: nobody,
    rig: { requiredApprovals: 1 },
    async run(town) {
      const { number } = await adopted(town);
      await shows(
        () => town.pull(number),
        ({ state }) => expect(state).toBe("awaiting_approval"),
      );
      await town.review(number, "request_changes", "Say it in French");
      const [fixup] = await shows(
        () => town.beads({ kind: ["fixup"] }),
        (found) => expect(found).toHaveLength(1),
      );
      await town.closePull(number);
      await town.reaches(fixup?.bead ?? "", "closed");
    },
  },
  "request-review": {
    policy: once,
    async run(town) {
      const { request } = await landing(town);
      await town.events.wait(reviewRequested, ({ bead }) => bead === request);
      await shows(
        () => town.agents(),
        (all) => expect(all).toMatchObject([{ role: "refinery", rig: "app" }]),
      );
    },
  },
  "pass-on-review": {
    policy: { autoMerge: false, ...once },
    async run(town) {
      const { request } = await landing(town);
      const [pull] = await shows(
        () => town.pulls(),
        (pulls) => {
          expect(pulls).toMatchObject([{ reviews: [{ verdict: "approve", commit: pulls[0]?.headCommit }] }]);
        },
      );
      expect(pull?.reviews[0]?.reviewer).toMatch(/^agent:/);
      await town.says(request, /autoMerge is off/);
    },
  },
};
