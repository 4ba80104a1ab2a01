import { breakerClosed, breakerOpened, budgetExceeded } from "@gastown/contracts";
import { expect } from "vitest";
import { failing, hanging, type Scenarios } from "./scenario.ts";
import { shows } from "./scenario-town.ts";

/** What stops work: by hand, by failures, by what is used up. */
export const safetyScenarios: Scenarios = {
  "stop-town": {
    async run(town) {
      const bead = await town.create(hanging);
      await shows(
        () => town.running(),
        (running) => expect(running).toHaveLength(1),
      );
      await town.stop("enough for today");
      await town.says(bead, /the town is stopped by .+: enough for today/);
      await town.reaches(bead, "open");
      await shows(
        () => town.running(),
        (running) => expect(running).toEqual([]),
      );
      expect(await town.agents()).toMatchObject([{ status: "idle", hook: null }]);
    },
  },
  "begin-budget-period": {
    policy: { budgetPeriodMs: 1_000 },
    async run(town) {
      await town.create({ title: "There is work", held: true });
      const { spent } = await town.view();
      await shows(
        async () => {
          await town.look();
          return (await town.view()).spent.since;
        },
        (since) => expect(since > spent.since).toBe(true),
      );
    },
  },
  "keep-budgets": {
    policy: { budgetBeadAgentMs: 500 },
    async run(town) {
      const bead = await town.create(hanging);
      const exceeded = await town.events.wait(budgetExceeded);
      expect(exceeded).toMatchObject({ scope: "bead", id: bead, budget: "budgetBeadAgentMs", limit: 500 });
      expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null });
      await town.says(bead, /waits for a person: it has used up its budget/);
      expect(await town.beads({ type: ["escalation"] })).toHaveLength(1);
      await shows(
        () => town.running(),
        (running) => expect(running).toEqual([]),
      );
    },
  },
  "circuit-breaker": {
    policy: { breakerFailures: 1, breakerWindowMs: 1_000, maxDispatchAttempts: 1 },
    async run(town) {
      await town.create(failing);
      const opened = await town.events.wait(breakerOpened);
      expect(opened).toMatchObject({ rig: null, failures: 1, windowMs: 1_000 });
      await town.events.wait(breakerClosed, ({ rig }) => rig === null);
      await shows(
        () => town.view(),
        ({ breaker }) => expect(breaker).toEqual({ town: false, rigs: [] }),
      );
    },
  },
};
