import {
  agentDispatched,
  agentRemoved,
  beadAssigned,
  beadReleased,
  beadUnblocked,
  breakerClosed,
  breakerOpened,
} from "@gastown/contracts";
import { expect } from "vitest";
import { hanging, nobodyRuns, once, type Scenarios, theAgent, theBead } from "./scenario.ts";
import { shows } from "./scenario-town.ts";

/** From an open bead to an agent at work on it, and away from it. */
export const workScenarios: Scenarios = {
  rigs: {
    rig: null,
    effects: {
      async "register-rig"(town) {
        await town.readyRig("app");
        const ready = await town.rigView("app");
        expect(ready).toMatchObject({ defaultBranch: "main", stateReason: null });
        expect(ready.cloneUrl).toContain("/app.git");
      },
      async "rig-ready"(town) {
        await town.addRig("bad", { source: "/there/is/no/such/repository" });
        const bead = await town.create({ title: "Nowhere to work", rig: "bad" });
        await town.says(bead, /waits for rig bad, which cannot be used/);
        expect(await town.rigView("bad")).toMatchObject({ state: "failed", stateReason: expect.any(String) });
        expect(await town.agents()).toEqual([]);
      },
    },
  },
  waiting: {
    effects: {
      async held(town) {
        const bead = await town.create({ title: "Not yet", held: true });
        await town.says(bead, /is held/);
      },
      async blockers(town) {
        const first = await theBead(town);
        const second = await town.create({ title: "Second", dependsOn: [first] });
        await town.says(second, new RegExp(`waits for ${first} \\(open\\)`));
        await town.hold(second);
      },
      async "unblock-dependants"(town) {
        const [second, first] = await town.beads({ kind: ["task"] });
        expect(second?.blockedBy).toEqual([first?.bead]);
        await town.closeBead(first?.bead ?? "");
        await town.events.wait(beadUnblocked, ({ bead }) => bead === second?.bead);
        expect((await town.bead(second?.bead ?? "")).blockedBy).toEqual([]);
        expect(await town.agents()).toEqual([]);
      },
    },
  },
  working: {
    policy: { maxPolecatsPerRig: 1, ...once },
    effects: {
      async "assign-open-bead"(town) {
        await town.stop("everything is written down first");
        const later = await town.create({ ...hanging, priority: "low" });
        const urgent = await town.create({ ...hanging, priority: "critical" });
        await town.thaw();
        await town.events.wait(beadAssigned, ({ bead }) => bead === urgent);
        await town.says(later, /waits for a free polecat \(cap 1\)/);
        expect(await town.agents()).toMatchObject([{ role: "polecat", rig: "app", hook: urgent }]);
        await town.closeBead(later);
      },
      async dispatch(town) {
        const agent = await theAgent(town);
        const sent = await town.events.wait(agentDispatched);
        expect(sent).toMatchObject({ agent, generation: 1, attempt: 1 });
        expect(await town.bead(sent.bead)).toMatchObject({ status: "in_progress", assignee: agent });
      },
      async "stop-finished-agents"(town) {
        const [agent] = await town.agents();
        await town.closeBead(agent?.hook ?? "");
        await shows(
          () => town.agents(),
          (all) => expect(all).toMatchObject([{ status: "idle", hook: null }]),
        );
        await nobodyRuns(town);
      },
      async "collect-idle-agents"(town) {
        await town.setPolicy({ agentKeepMs: 1_000 });
        await town.events.wait(agentRemoved);
        expect(await town.agents()).toEqual([]);
      },
    },
  },
  losing: {
    policy: { breakerFailures: 1, breakerWindowMs: 1_000, dispatchCooldownMs: [600_000] },
    effects: {
      async "release-lost-work"(town) {
        const bead = await town.create(hanging);
        await theAgent(town);
        // Containers tell less often of their agents.
        await town.setPolicy({ heartbeatLostMs: 1_000 });
        const lost = await town.events.wait(beadReleased, (released) => released.bead === bead);
        expect(lost.reason).toMatch(/was not heard of for 1 s/);
        expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null, attempts: 1 });
      },
      async "circuit-breaker"(town) {
        const opened = await town.events.wait(breakerOpened);
        expect(opened).toMatchObject({ rig: null, failures: 1, windowMs: 1_000 });
        await town.events.wait(breakerClosed, ({ rig }) => rig === null);
        expect((await town.view()).breaker).toEqual({ town: false, rigs: [] });
      },
      async "cool-down"(town) {
        const bead = await theBead(town);
        await town.says(bead, /waits .+ for its dispatch cool-down \(attempt 1 of 5 brought nothing\)/);
        await town.setPolicy({ dispatchCooldownMs: [100], heartbeatLostMs: 600_000 });
        await town.events.wait(agentDispatched, (sent) => sent.bead === bead && sent.attempt === 2);
      },
    },
  },
};
