import { mergeRequested, reviewRequested } from "@gastown/contracts";
import { expect } from "vitest";
import { landing } from "./landing.ts";
import { nobody, once, type Scenarios, theBead, writing } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** A pull request that somebody outside of the town wrote, and that the town follows. */
async function adopted(town: ScenarioTown, branch: string) {
  const { number } = await town.propose(branch);
  const { bead } = await town.adopt(number);
  return { number, bead };
}

/** The only pull request, once it is in this state. */
async function thePull(town: ScenarioTown, state: "awaiting_approval" | "changes_requested") {
  const [pull] = await shows(
    () => town.pulls(),
    (pulls) => expect(pulls).toMatchObject([{ state }]),
  );
  return { number: pull?.number ?? 0, bead: pull?.bead ?? "" };
}

/** Pull requests: read, merged, objected to, repaired, closed. */
export const reviewScenarios: Scenarios = {
  merging: {
    policy: { autoMerge: false },
    effects: {
      async "close-merged"(town) {
        const { number, bead } = await adopted(town, "by-hand");
        await shows(
          () => town.pull(number),
          (pull) => expect(pull).toMatchObject({ state: "ready", bead }),
        );
        await town.merge(number);
        const closed = await town.reaches(bead, "closed");
        expect(closed.mergeRequest?.mergeCommit).toBe(town.git("app", "rev-parse", "main"));
      },
      async "merge-when-ready"(town) {
        const { number, bead } = await adopted(town, "by-itself");
        await town.says(bead, /is ready, but autoMerge is off/);
        await town.setPolicy({ autoMerge: true });
        await town.events.wait(mergeRequested, (asked) => asked.bead === bead);
        await shows(
          () => town.pull(number),
          ({ state }) => expect(state).toBe("merged"),
        );
      },
    },
  },
  reading: {
    policy: { autoMerge: false, ...once },
    effects: {
      async "request-review"(town) {
        const { request } = await landing(town);
        await town.events.wait(reviewRequested, ({ bead }) => bead === request);
        await shows(
          () => town.agents(),
          (all) => expect(all).toMatchObject([{ role: "refinery", rig: "app", hook: request }]),
        );
      },
      async "pass-on-review"(town) {
        const [pull] = await shows(
          () => town.pulls(),
          (pulls) => expect(pulls).toMatchObject([{ reviews: [{ verdict: "approve", commit: pulls[0]?.headCommit }] }]),
        );
        expect(pull?.reviews[0]?.reviewer).toMatch(/^agent:/);
      },
    },
  },
  objecting: {
    policy: { codeReview: false, ...once },
    rig: { requiredApprovals: 1 },
    effects: {
      async rework(town) {
        const bead = await town.create(writing);
        const { number } = await thePull(town, "awaiting_approval");
        await town.review(number, "request_changes", "Say it in French");
        await shows(
          () => town.bead(bead),
          (now) => expect(now).toMatchObject({ status: "open", reworkRounds: 1 }),
        );
      },
      async "end-abandoned"(town) {
        const { number, bead: request } = await thePull(town, "changes_requested");
        await town.closePull(number);
        const failed = await town.reaches(await theBead(town), "failed");
        expect(failed.failure?.message).toMatch(/closed/);
        await town.reaches(request, "failed");
      },
    },
  },
  repairing: {
    policy: nobody,
    rig: { requiredApprovals: 1 },
    effects: {
      async "request-fixup"(town) {
        const { number, bead } = await adopted(town, "contribution");
        await thePull(town, "awaiting_approval");
        await town.review(number, "request_changes", "Say it in French");
        const [fixup] = await shows(
          () => town.beads({ kind: ["fixup"] }),
          (found) => expect(found).toHaveLength(1),
        );
        expect(fixup).toMatchObject({ status: "open", parent: bead, labels: ["gt:pr-feedback"] });
        await town.says(bead, new RegExp(`waits for ${fixup?.bead}`));
      },
      async "end-fixup"(town) {
        const { number } = await thePull(town, "changes_requested");
        await town.closePull(number);
        const [fixup] = await town.beads({ kind: ["fixup"] });
        await town.reaches(fixup?.bead ?? "", "closed");
      },
    },
  },
};
