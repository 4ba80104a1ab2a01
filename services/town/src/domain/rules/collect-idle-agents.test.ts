import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { aMessage, anAgent, anIssue, aNudge, aRequest, aSnapshot, now } from "../builders.ts";
import { reconcile, settle } from "../reconcile.ts";
import { collectIdleAgents } from "./collect-idle-agents.ts";

const keep = 86_400_000;
const old = { createdAt: now - 3 * keep, aliveAt: now - keep - 1 };

function look(fields: Partial<Agent>, beads: readonly Bead[] = []) {
  return collectIdleAgents.look(aSnapshot({ agents: [anAgent("gt-21", { ...old, ...fields })], beads }), now);
}

const ended = { process: { state: "ended" as const, how: "exited" as const, reason: "done" } };

describe("collect-idle-agents", () => {
  it.each([
    ["a polecat nobody used for a day", ended],
    ["a refinery", { ...ended, role: "refinery" as const }],
    ["one that was given up", { process: { state: "lost" as const } }],
    ["one that never ran, a day after it was made", { createdAt: now - keep - 1, aliveAt: null }],
  ])("removes %s", (_reason, fields) => {
    expect(look(fields)).toEqual({
      decisions: [{ do: "remove-agent", agent: "gt-21", beads: [], reason: "nobody used it for long" }],
      explanations: [],
      nextLook: null,
    });
  });

  it.each([
    ["was used", { aliveAt: now - keep }, now + 1],
    ["was made (W29)", { createdAt: now - 1000, aliveAt: null }, now + keep - 999],
    ["was dispatched", { dispatchedAt: now }, now + keep + 1],
  ])("looks again a day after it %s", (_reason, fields, nextLook) => {
    expect(look(fields)).toEqual({ decisions: [], explanations: [], nextLook });
  });

  it.each([
    ["works", { status: "working" as const, hook: "gt-1" }],
    ["has a bead", { hook: "gt-1" }],
    ["may still run", { process: { state: "running" as const } }],
    ["is stalled", { status: "stalled" as const }],
    ["is the mayor", { role: "mayor" as const }],
  ])("leaves an agent alone that %s", (_reason, fields) => {
    expect(look(fields)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });

  it.each([
    ["handed in work that is not merged", anIssue("gt-1", { status: "in_review", assignee: "gt-21" })],
    ["worked last on what goes on", anIssue("gt-1", { held: true, lastAgent: "gt-21" })],
    ["is named on a merge request", aRequest("gt-2", "gt-1", { assignee: "gt-21" })],
  ])("keeps an agent that %s", (_reason, bead) => {
    expect(look({}, [bead])).toEqual({ decisions: [], explanations: [], nextLook: null });
    expect(look({}, [{ ...bead, status: "closed" }]).decisions).toHaveLength(1);
  });

  it("takes its unread mail with it", () => {
    const beads = [
      aMessage("gt-5", "gt-21"),
      aMessage("gt-6", "gt-21", { announced: true }),
      aMessage("gt-7", "gt-22"),
    ];
    expect(look({}, [...beads, aMessage("gt-8", "gt-21", { status: "closed" })]).decisions).toMatchObject([
      { beads: ["gt-5", "gt-6"] },
    ]);
  });

  it("makes a town of idle agents due at that moment, and never again", () => {
    const agents = [
      anAgent("gt-21", { ...old, ...ended, aliveAt: now - 1000 }),
      anAgent("gt-22", { name: "Bellows", ...old, createdAt: now - 400, aliveAt: null }),
    ];
    const nudges = [aNudge("n-1", "gt-21")];
    const first = settle(aSnapshot({ agents, nudges, beads: [aMessage("gt-5", "gt-21")] }), now);
    expect(first).toMatchObject({ steps: [], nextLook: now - 1000 + keep + 1 });
    const second = settle(first.state, first.nextLook ?? 0);
    expect([...second.state.agents.keys()]).toEqual(["gt-22"]);
    expect([...second.state.nudges.keys()]).toEqual([]);
    expect(second.state.beads.get("gt-5")).toMatchObject({ status: "closed" });
    expect(second.nextLook).toBe(now - 400 + keep + 1);
    const last = settle(second.state, second.nextLook ?? 0);
    expect([...last.state.agents.keys()]).toEqual([]);
    expect(last.nextLook).toBeNull();
    expect(reconcile(last.state, now + 9 * keep)).toEqual({ decisions: [], said: [], nextLook: null });
  });
});
