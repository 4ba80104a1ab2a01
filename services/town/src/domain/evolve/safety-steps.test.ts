import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { anIssue, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { evolve, evolveAll } from "../evolve.ts";
import type { Change } from "../change.ts";

describe("stopping and thawing", () => {
  it("keeps who did it, when and why, and forgets it with what the breaker counted", () => {
    const failures = [{ rig: "web", at: now - 5 }];
    const stopped = evolve(
      aSnapshot({ town: aTown({}, { failures }) }),
      { type: "town.stopped", by: "user:ann", reason: "r" },
      now,
    );
    expect(stopped.town).toMatchObject({ stopped: { at: now, by: "user:ann", reason: "r" }, failures });
    const thawed = evolve(stopped, { type: "town.thawed", by: "user:ann" }, now);
    expect(thawed.town).toMatchObject({ stopped: null, failures: [] });
  });
});

describe("attempt.failed", () => {
  it("keeps those of the window only", () => {
    const failures = [
      { rig: "web", at: now - 1_800_000 },
      { rig: "web", at: now - 1_799_999 },
    ];
    const state = evolve(
      aSnapshot({ town: aTown({}, { failures }) }),
      { type: "attempt.failed", bead: "gt-1", rig: "api" },
      now,
    );
    expect(state.town.failures).toEqual([failures[1], { rig: "api", at: now }]);
  });
});

const worker = (fields: Partial<Agent>) => aWorker("gt-21", "gt-1", { dispatchedAt: now - 60_000, ...fields });

describe("the time an agent has worked", () => {
  const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21" });
  const starting = { state: "starting", askedAt: now - 60_000 } as const;
  const running: Change = { type: "agent.reported", agent: "gt-21", state: "running", reason: "", seenAt: now };
  const done: Change = { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" };

  function spentOf(agent: Agent, changes: readonly Change[], { at = now, spentSince = now - 1_000_000 } = {}) {
    const state = aSnapshot({ beads: [bead], agents: [agent], town: aTown({}, { spentSince }) });
    const [first, ...rest] = changes;
    const begun = first === undefined ? state : evolve(state, first, now);
    const after = evolveAll(begun, rest, at);
    const worked = after?.beads.get("gt-1");
    return [worked?.type === "issue" ? worked.spent.agentMs : null, after?.town.spent.agentMs];
  }

  it("begins when it runs, not when it was sent", () => {
    expect(spentOf(worker({ process: starting }), [running, done], { at: now + 500 })).toEqual([500, 500]);
  });

  it("is none when it never ran", () => {
    expect(spentOf(worker({ process: starting }), [done])).toEqual([0, 0]);
  });

  it("begins when it was sent, when nobody told of its start but it did something", () => {
    expect(spentOf(worker({ process: starting, activeAt: now - 10 }), [running, done], { at: now + 500 })).toEqual([
      60_500, 60_500,
    ]);
  });

  it("counts for the town's period only from when that began", () => {
    expect(spentOf(worker({}), [done], { spentSince: now - 20_000 })).toEqual([60_000, 20_000]);
  });

  it("keeps why a run has ended", () => {
    const told: Change = { ...running, state: "exited", reason: "drained", cause: "saved" };
    const after = evolve(aSnapshot({ agents: [worker({})] }), told, now);
    expect(after.agents.get("gt-21")?.process).toEqual({
      state: "ended",
      how: "exited",
      reason: "drained",
      cause: "saved",
    });
  });
});
