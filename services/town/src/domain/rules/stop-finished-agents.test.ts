import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { anAgent, anIssue, aSnapshot, aWorker, now } from "../builders.ts";
import { stopFinishedAgents } from "./stop-finished-agents.ts";

const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21" });
const running = { generation: 1, process: { state: "running" as const }, aliveAt: now - 1000 };

function look(agent: Agent, beads: readonly Bead[] = [bead]) {
  return stopFinishedAgents.look(aSnapshot({ beads, agents: [agent] }), now);
}

describe("stop-finished-agents", () => {
  it.each([
    ["works without a bead (A3)", aWorker("gt-21", "gt-1", { hook: null }), [bead], "it has no bead"],
    ["has a bead that is gone (A6)", aWorker("gt-21", "gt-1"), [], "gt-1 does not exist any more"],
    [
      "has a bead that has ended (A7)",
      aWorker("gt-21", "gt-1"),
      [{ ...bead, status: "closed" as const }],
      "gt-1 is closed",
    ],
    [
      "has somebody else's bead",
      aWorker("gt-21", "gt-1"),
      [{ ...bead, assignee: "gt-22" }],
      "gt-1 is not its own any more",
    ],
    ["works on a bead that is open", aWorker("gt-21", "gt-1"), [{ ...bead, status: "open" as const }], "gt-1 is open"],
    [
      "has a bead that is in review",
      anAgent("gt-21", { hook: "gt-1" }),
      [{ ...bead, status: "in_review" as const }],
      "gt-1 is in_review",
    ],
  ])("takes the hook from an agent that %s", (_reason, ...[agent, beads, reason]) => {
    expect(look(agent, beads)).toMatchObject({ decisions: [{ do: "unhook", agent: "gt-21", reason }], nextLook: null });
  });

  it("leaves an agent alone that works", () => {
    expect(look(aWorker("gt-21", "gt-1"))).toMatchObject({ decisions: [], nextLook: null });
  });

  it.each([
    ["that was never asked to end", running],
    ["whose start nobody has told of", { ...running, process: { state: "starting" as const, askedAt: now - 900 } }],
    ["that did not end within a minute", { ...running, stopAskedAt: now - 60_000 }],
    ["with its next bead on the hook: that start waits for this end", { ...running, hook: "gt-1" }],
  ])("asks for the end of an idle agent %s", (_reason, fields) => {
    const open = { ...bead, status: "open" as const };
    expect(look(anAgent("gt-21", fields), [open]).decisions).toEqual([
      { do: "stop-agent", agent: "gt-21", reason: "its work is finished" },
    ]);
  });

  it("waits for the end before it asks again, or gives it up when it is silent", () => {
    expect(look(anAgent("gt-21", { ...running, stopAskedAt: now - 10_000 }))).toMatchObject({
      decisions: [],
      nextLook: now + 50_000,
    });
    expect(look(anAgent("gt-21", { ...running, aliveAt: now - 80_000, stopAskedAt: now - 10_000 }))).toMatchObject({
      decisions: [],
      nextLook: now + 10_001,
    });
    expect(look(anAgent("gt-21", { ...running, aliveAt: now - 90_001 })).decisions).toEqual([
      { do: "give-up-agent", agent: "gt-21" },
    ]);
  });

  it("asks once for the end of one that was given up: it may be alive out of earshot", () => {
    const lost = { generation: 1, process: { state: "lost" as const } };
    expect(look(anAgent("gt-21", lost)).decisions).toMatchObject([
      { do: "stop-agent", reason: "it was not heard of for too long" },
    ]);
    expect(look(anAgent("gt-21", { ...lost, stopAskedAt: now - 900_000 }))).toMatchObject({
      decisions: [],
      nextLook: null,
    });
  });

  it("stops a stalled one, whose bead is not its own any more", () => {
    expect(look(anAgent("gt-21", { ...running, status: "stalled", stalledAt: now }), []).decisions).toEqual([
      { do: "stop-agent", agent: "gt-21", reason: "it did nothing for too long" },
    ]);
  });

  it("leaves a mayor alone that works or waits for people, and ends what still runs of an idle one", () => {
    const mayor = { ...running, role: "mayor" as const, rig: null };
    for (const status of ["working", "waiting"] as const)
      expect(look(anAgent("hq-9", { ...mayor, status }))).toMatchObject({ decisions: [], nextLook: null });
    expect(look(anAgent("hq-9", mayor)).decisions).toMatchObject([{ do: "stop-agent", agent: "hq-9" }]);
  });

  it.each([
    ["never ran", anAgent("gt-21")],
    ["has ended", anAgent("gt-21", { generation: 1, process: { state: "ended", how: "exited", reason: "done" } })],
  ])("leaves an idle agent alone that %s", (_reason, agent) => {
    expect(look(agent)).toMatchObject({ decisions: [], nextLook: null });
  });
});
