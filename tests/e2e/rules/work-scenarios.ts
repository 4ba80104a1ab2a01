import { agentDispatched, beadAssigned, beadReleased, beadUnblocked } from "@gastown/contracts";
import { expect } from "vitest";
import { hanging, once, type Scenarios, writing } from "./scenario.ts";
import { shows } from "./scenario-town.ts";

/** From an open bead to an agent at work on it, and back. */
export const workScenarios: Scenarios = {
  "register-rig": {
    rig: null,
    async run(town) {
      await town.readyRig("app");
      const ready = await town.rigView("app");
      expect(ready).toMatchObject({ defaultBranch: "main", stateReason: null });
      expect(ready.cloneUrl).toContain("/app.git");
      await town.addRig("bad", { source: "/there/is/no/such/repository" });
      const failed = await shows(
        () => town.rigView("bad"),
        ({ state }) => expect(state).toBe("failed"),
      );
      expect(failed.stateReason).not.toBeNull();
    },
  },
  "unblock-dependants": {
    async run(town) {
      const first = await town.create({ title: "First", held: true });
      const second = await town.create({ title: "Second", held: true, dependsOn: [first] });
      expect((await town.bead(second)).blockedBy).toEqual([first]);
      await town.closeBead(first);
      await town.events.wait(beadUnblocked, ({ bead }) => bead === second);
      expect((await town.bead(second)).blockedBy).toEqual([]);
    },
  },
  "assign-open-bead": {
    policy: { maxPolecatsPerRig: 1, ...once },
    async run(town) {
      await town.stop("everything is written down first");
      const later = await town.create({ ...hanging, priority: "low" });
      const urgent = await town.create({ ...hanging, priority: "critical" });
      await town.thaw();
      await town.events.wait(beadAssigned, ({ bead }) => bead === urgent);
      await town.says(later, /waits for a free polecat \(cap 1\)/);
      expect(await town.agents()).toMatchObject([{ role: "polecat", rig: "app", hook: urgent }]);
    },
  },
  dispatch: {
    policy: once,
    async run(town) {
      const bead = await town.create(hanging);
      await town.events.wait(agentDispatched, (sent) => sent.bead === bead && sent.generation === 1);
      await town.reaches(bead, "in_progress");
      const [agent] = await shows(
        () => town.agents(),
        (all) => expect(all).toMatchObject([{ status: "working", hook: bead }]),
      );
      await shows(
        () => town.running(),
        (running) => expect(running).toEqual([agent?.agent]),
      );
    },
  },
  "release-lost-work": {
    policy: once,
    async run(town) {
      const bead = await town.create(hanging);
      await shows(
        () => town.running(),
        (running) => expect(running).toHaveLength(1),
      );
      // Containers tell less often of their agents.
      await town.setPolicy({ heartbeatLostMs: 1_000 });
      const lost = await town.events.wait(beadReleased, (released) => released.bead === bead);
      expect(lost.reason).toMatch(/was not heard of for 1 s/);
      expect(await town.reaches(bead, "open")).toMatchObject({ assignee: null, attempts: 1 });
    },
  },
  "stop-finished-agents": {
    async run(town) {
      const bead = await town.create(hanging);
      await shows(
        () => town.running(),
        (running) => expect(running).toHaveLength(1),
      );
      await town.closeBead(bead);
      await shows(
        () => town.agents(),
        (all) => expect(all).toMatchObject([{ status: "idle", hook: null }]),
      );
      await shows(
        () => town.running(),
        (running) => expect(running).toEqual([]),
      );
    },
  },
  rework: {
    policy: { codeReview: false, ...once },
    rig: { requiredApprovals: 1 },
    async run(town) {
      const bead = await town.create(writing);
      const [pull] = await shows(
        () => town.pulls(),
        (pulls) => expect(pulls).toMatchObject([{ state: "awaiting_approval" }]),
      );
      await town.review(pull?.number ?? 0, "request_changes", "Say it in French");
      await shows(
        () => town.bead(bead),
        (now) => expect(now).toMatchObject({ status: "open", reworkRounds: 1 }),
      );
    },
  },
};
