import { agentRemoved, agentStatusChanged, agentStuck, invariantViolated, nudgeSettled } from "@gastown/contracts";
import { scriptText } from "@gastown/testkit";
import { expect } from "vitest";
import { hanging, once, type Scenarios } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** An agent that runs, and hangs on its bead. */
async function hangs(town: ScenarioTown) {
  const bead = await town.create(hanging);
  const [agent] = await shows(
    () => town.running(),
    (running) => expect(running).toHaveLength(1),
  );
  return { bead, agent: agent ?? "" };
}

/** The care of agents: those that do nothing, what is said to them, those nobody needs. */
export const careScenarios: Scenarios = {
  "repair-invariants": {
    damages: true,
    async run(town, damage) {
      const { convoy } = await town.createConvoy({ staged: true, tasks: [{ title: "Not begun" }] });
      await damage("update beads set status = 'in_review' where town = $1 and bead = $2", [town.town, convoy]);
      await town.look();
      await town.reaches(convoy, "open");
      const told = await town.events.wait(invariantViolated);
      expect(told).toMatchObject({ invariant: "a bead has a status of its type", about: [convoy] });
      await town.look();
      expect(town.events.of(invariantViolated)).toHaveLength(1);
    },
  },
  "nudge-stuck-agents": {
    policy: { stuckWarnMs: 200, stuckEscalateMs: 1_000, stuckStopMs: 600_000, triageByAgent: false },
    async run(town) {
      const { bead, agent } = await hangs(town);
      for (const tier of ["warn", "escalate"])
        await town.events.wait(agentStuck, (told) => told.agent === agent && told.tier === tier);
      const said = await shows(
        () => town.nudges(),
        (nudges) => expect(nudges).toHaveLength(2),
      );
      for (const nudge of said) expect(nudge).toMatchObject({ agent, mode: "immediate", priority: "urgent" });
      const [request] = await town.beads({ kind: ["triage-request"] });
      expect(request).toMatchObject({ triage: { type: "stuck_agent", agent, about: bead } });
      await town.reaches(bead, "in_progress");
    },
  },
  "stall-stuck-agents": {
    policy: { stuckWarnMs: 100, stuckEscalateMs: 200, stuckStopMs: 300, triageByAgent: false, ...once },
    async run(town) {
      const { bead, agent } = await hangs(town);
      await town.events.wait(agentStuck, (told) => told.agent === agent && told.tier === "stop");
      await town.events.wait(agentStatusChanged, (told) => told.agent === agent && told.to === "stalled");
      expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null });
      await shows(
        () => town.running(),
        (running) => expect(running).toEqual([]),
      );
    },
  },
  "revive-stalled-agents": {
    policy: { stuckWarnMs: 100, stuckEscalateMs: 200, stuckStopMs: 300, triageByAgent: false, ...once },
    async run(town) {
      const { agent } = await hangs(town);
      await town.events.wait(agentStatusChanged, (told) => told.agent === agent && told.from === "stalled");
      await shows(
        () => town.agents(),
        (all) => expect(all).toMatchObject([{ status: "idle", hook: null }]),
      );
    },
  },
  "collect-idle-agents": {
    policy: { agentKeepMs: 1_000 },
    async run(town) {
      const { bead, agent } = await hangs(town);
      await town.closeBead(bead);
      await town.events.wait(agentRemoved, (told) => told.agent === agent);
      expect(await town.agents()).toEqual([]);
    },
  },
  "deliver-nudges": {
    async run(town) {
      const { bead, agent } = await hangs(town);
      const heard = await town.nudge(agent, "Go on", { mode: "immediate" });
      await town.events.wait(nudgeSettled, ({ nudge, state }) => nudge === heard && state === "delivered");
      await town.closeBead(bead);
      await shows(
        () => town.agents(),
        (all) => expect(all).toMatchObject([{ status: "idle" }]),
      );
      const late = await town.nudge(agent, "Nobody hears this", { mode: "queue", ttlMs: 1_000 });
      await town.events.wait(nudgeSettled, ({ nudge, state }) => nudge === late && state === "expired");
      expect(await town.nudges()).toMatchObject([
        { nudge: late, state: "expired", deliveredAt: null },
        { nudge: heard, state: "delivered", deliveredAt: expect.any(String) },
      ]);
    },
  },
  "announce-mail": {
    async run(town) {
      const first = await town.create({ title: "Held", held: true });
      const [prefix, number] = first.split("-");
      const self = `${prefix}-${(Number.parseInt(number ?? "", 36) + 2).toString(36)}`;
      const mail = { tool: "gt_mail_send", args: { to: self, subject: "A note", body: "to myself" } };
      await town.create({ title: "Writes to itself", body: scriptText([mail, { hang: true }]) });
      const [nudge] = await shows(
        () => town.nudges(),
        (nudges) => expect(nudges).toHaveLength(1),
      );
      expect(nudge).toMatchObject({ agent: self, source: "rule:announce-mail", mode: "wait-idle" });
    },
  },
};
