import { budgetExceeded, escalationReRaised, moleculeAdvanced, triageResolved } from "@gastown/contracts";
import { expect } from "vitest";
import { theTriageRequest } from "./care-scenarios.ts";
import { hanging, nobody, nobodyRuns, type Scenarios, theBead } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

const formula = `
name = "Two steps"
[[steps]]
id = "one"
title = "First this"
[[steps]]
id = "two"
title = "Then that"
needs = ["one"]
`;

async function theEscalation(town: ScenarioTown) {
  const [escalation] = await shows(
    () => town.beads({ type: ["escalation"] }),
    (found) => expect(found).toHaveLength(1),
  );
  return escalation?.bead ?? "";
}

/** Molecules, budgets, escalations and triage. */
export const helpScenarios: Scenarios = {
  molecules: {
    effects: {
      async "end-molecules"(town) {
        const source = await town.create({ title: "In two steps", held: true });
        const molecule = await town.giveMolecule(source, formula);
        expect((await town.molecule(molecule)).steps.map(({ state }) => state)).toEqual(["ready", "waiting"]);
        await town.advance(molecule, "one");
        await town.advance(molecule, "two");
        await town.events.wait(moleculeAdvanced, ({ left }) => left === 0);
        await town.reaches(molecule, "closed");
        expect(await town.molecule(molecule)).toMatchObject({ status: "completed" });
      },
    },
  },
  periods: {
    policy: { budgetPeriodMs: 1_000 },
    effects: {
      async "begin-budget-period"(town) {
        await town.create({ title: "There is work", held: true });
        const { spent } = await town.view();
        const since = async () => {
          await town.look();
          return (await town.view()).spent.since;
        };
        await shows(since, (now) => expect(now > spent.since).toBe(true));
      },
    },
  },
  spending: {
    policy: { budgetBeadAgentMs: 500 },
    effects: {
      async "keep-budgets"(town) {
        const bead = await town.create(hanging);
        const exceeded = await town.events.wait(budgetExceeded);
        expect(exceeded).toMatchObject({ scope: "bead", id: bead, budget: "budgetBeadAgentMs", limit: 500 });
        expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null });
        await town.says(bead, /waits for a person: it has used up its budget/);
        await theEscalation(town);
        await nobodyRuns(town);
      },
    },
  },
  escalating: {
    policy: { ...nobody, reEscalateMs: 200, maxReEscalations: 2 },
    damages: true,
    effects: {
      async standstill(town) {
        const bead = await town.create({ title: "Nothing may be used" });
        await town.says(bead, /waits for a person: the town may use 0/);
        expect(await town.agents()).toEqual([]);
      },
      async "re-raise-escalations"(town) {
        const escalation = await theEscalation(town);
        await town.events.wait(escalationReRaised, ({ bead, count }) => bead === escalation && count === 2);
        await town.says(escalation, /waits for a person to take it; it was raised 2 times/);
        expect(await town.bead(escalation)).toMatchObject({ status: "open", escalation: { reEscalations: 2 } });
      },
      async "tell-mayor"(town, damage) {
        const escalation = await theEscalation(town);
        // Nothing makes a mayor yet.
        await damage(
          `insert into agents (town, agent, number, name, identity, role, status, generation, process, created_at, version)
           values ($1, 'hq-zz', 1295, 'Mayor', 'mayor', 'mayor', 'idle', 0, '{"state":"none"}', now(), 1)`,
          [town.town],
        );
        await town.look();
        const [mail] = await shows(
          () => town.beads({ type: ["message"] }),
          (found) => expect(found).toHaveLength(1),
        );
        expect(mail).toMatchObject({ assignee: "hq-zz", status: "open" });
        expect(mail?.title).toContain(escalation);
      },
    },
  },
  triage: {
    policy: { stuckWarnMs: 100, stuckEscalateMs: 300, stuckStopMs: 600_000 },
    effects: {
      async "send-triage-batch"(town) {
        await town.create({ ...hanging, title: "@resolve CLOSE_BEAD" });
        const bead = await theBead(town);
        const request = await theTriageRequest(town);
        const [batch] = await shows(
          () => town.beads({ kind: ["triage-batch"] }),
          (found) => expect(found).toHaveLength(1),
        );
        expect(batch?.body).toContain(request);
        const resolved = await town.events.wait(triageResolved);
        expect(resolved).toMatchObject({ bead: request, action: "CLOSE_BEAD", about: bead });
        for (const done of [request, batch?.bead ?? ""]) await town.reaches(done, "closed");
        await town.reaches(bead, "failed");
      },
    },
  },
};
