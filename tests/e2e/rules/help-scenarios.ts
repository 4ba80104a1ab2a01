import { escalationReRaised, moleculeAdvanced, triageResolved } from "@gastown/contracts";
import { expect } from "vitest";
import { hanging, nobody, type Scenarios } from "./scenario.ts";
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

/** The town asks people, because nothing may be used and there is work. */
async function escalated(town: ScenarioTown) {
  const bead = await town.create({ title: "Nothing may be used for this" });
  const [escalation] = await shows(
    () => town.beads({ type: ["escalation"] }),
    (found) => expect(found).toHaveLength(1),
  );
  return { bead, escalation: escalation?.bead ?? "" };
}

/** Somebody is asked what becomes of an agent that does nothing. */
async function triaged(town: ScenarioTown, title: string) {
  const bead = await town.create({ ...hanging, title });
  const [request] = await shows(
    () => town.beads({ kind: ["triage-request"] }),
    (found) => expect(found).toHaveLength(1),
  );
  return { bead, request: request?.bead ?? "" };
}

const asks = { stuckWarnMs: 100, stuckEscalateMs: 300, stuckStopMs: 600_000 };

/** Molecules, escalations and triage. */
export const helpScenarios: Scenarios = {
  "end-molecules": {
    async run(town) {
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
  "re-raise-escalations": {
    policy: { ...nobody, reEscalateMs: 200, maxReEscalations: 2 },
    async run(town) {
      const { escalation } = await escalated(town);
      const before = await town.bead(escalation);
      await town.events.wait(escalationReRaised, ({ bead, count }) => bead === escalation && count === 2);
      await town.says(escalation, /waits for a person to take it; it was raised 2 times/);
      const now = await town.bead(escalation);
      expect(now.escalation?.reEscalations).toBe(2);
      expect(before.status).toBe("open");
    },
  },
  "tell-mayor": {
    damages: true,
    policy: nobody,
    async run(town, damage) {
      const { escalation } = await escalated(town);
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
  "close-moot-triage": {
    policy: { ...asks, triageByAgent: false },
    async run(town) {
      const { bead, request } = await triaged(town, "Nobody gets on with this");
      await town.says(request, /waits for a person: no polecat is sent to triage/);
      await town.closeBead(bead);
      await town.reaches(request, "closed");
    },
  },
  "send-triage-batch": {
    policy: asks,
    async run(town) {
      const { bead, request } = await triaged(town, "@resolve CLOSE_BEAD");
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
};
