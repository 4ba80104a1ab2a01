import { agentStatusChanged, agentStuck, invariantViolated, nudgeSettled } from "@gastown/contracts";
import { scriptText } from "@gastown/testkit";
import { expect } from "vitest";
import { hanging, nobodyRuns, once, type Scenarios, theAgent, theBead } from "./scenario.ts";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** The one question about an agent. */
export async function theTriageRequest(town: ScenarioTown) {
  const [request] = await shows(
    () => town.beads({ kind: ["triage-request"] }),
    (found) => expect(found).toHaveLength(1),
  );
  return request?.bead ?? "";
}

/** The care of agents: those that do nothing, and what is said to them. */
export const careScenarios: Scenarios = {
  broken: {
    damages: true,
    effects: {
      async "repair-invariants"(town, damage) {
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
  },
  warned: {
    policy: { stuckWarnMs: 200, stuckEscalateMs: 1_000, stuckStopMs: 600_000, triageByAgent: false },
    effects: {
      async "nudge-stuck-agents"(town) {
        const bead = await town.create(hanging);
        const agent = await theAgent(town);
        for (const tier of ["warn", "escalate"])
          await town.events.wait(agentStuck, (told) => told.agent === agent && told.tier === tier);
        const said = await shows(
          () => town.nudges(),
          (nudges) => expect(nudges).toHaveLength(2),
        );
        for (const nudge of said) expect(nudge).toMatchObject({ agent, mode: "immediate", priority: "urgent" });
        const request = await town.bead(await theTriageRequest(town));
        expect(request).toMatchObject({ triage: { type: "stuck_agent", agent, about: bead } });
        await town.reaches(bead, "in_progress");
      },
      async "close-moot-triage"(town) {
        const request = await theTriageRequest(town);
        await town.says(request, /waits for a person: no polecat is sent to triage/);
        await town.closeBead(await theBead(town));
        await town.reaches(request, "closed");
      },
      async "deliver-nudges"(town) {
        const heard = await town.events.wait(nudgeSettled, ({ state }) => state === "delivered");
        await shows(
          () => town.agents(),
          (all) => expect(all).toMatchObject([{ status: "idle" }]),
        );
        const late = await town.nudge(heard.agent, "Nobody hears this", { mode: "queue", ttlMs: 1_000 });
        await town.events.wait(nudgeSettled, ({ nudge, state }) => nudge === late && state === "expired");
        const all = await town.nudges();
        expect(all[0]).toMatchObject({ nudge: late, state: "expired", deliveredAt: null });
        const first = all.find(({ nudge }) => nudge === heard.nudge);
        expect(first).toMatchObject({ state: "delivered", deliveredAt: expect.any(String) });
      },
    },
  },
  stalled: {
    policy: { stuckWarnMs: 100, stuckEscalateMs: 200, stuckStopMs: 300, triageByAgent: false, ...once },
    effects: {
      async "stall-stuck-agents"(town) {
        const bead = await town.create(hanging);
        const { agent } = await town.events.wait(agentStuck, ({ tier }) => tier === "stop");
        await town.events.wait(agentStatusChanged, (told) => told.agent === agent && told.to === "stalled");
        expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null });
        await nobodyRuns(town);
      },
      async "revive-stalled-agents"(town) {
        await town.events.wait(agentStatusChanged, (told) => told.from === "stalled" && told.to === "idle");
        expect(await town.agents()).toMatchObject([{ status: "idle", hook: null }]);
      },
    },
  },
  told: {
    effects: {
      async "announce-mail"(town) {
        const first = await town.create({ title: "Held", held: true });
        const [prefix, number] = first.split("-");
        // The work item comes next, and after it whoever is sent.
        const self = `${prefix}-${(Number.parseInt(number ?? "", 36) + 2).toString(36)}`;
        const mail = { tool: "gt_mail_send", args: { to: self, subject: "A note", body: "to myself" } };
        await town.create({ title: "Writes to itself", body: scriptText([mail, { hang: true }]) });
        const [nudge] = await shows(
          () => town.nudges(),
          (nudges) => expect(nudges).toHaveLength(1),
        );
        expect(nudge).toMatchObject({ agent: self, source: "rule:announce-mail", mode: "wait-idle" });
      },
      async "stop-town"(town) {
        const agent = await theAgent(town);
        const bead = (await town.agents()).find((one) => one.agent === agent)?.hook ?? "";
        await town.stop("enough for today");
        await town.says(bead, /the town is stopped by .+: enough for today/);
        await town.reaches(bead, "open");
        await nobodyRuns(town);
        expect(await town.agents()).toMatchObject([{ status: "idle", hook: null }]);
      },
    },
  },
};
