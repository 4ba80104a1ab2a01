import { describe, expect, it } from "vitest";
import type { Agent, Process } from "../agent.ts";
import { anAgent, aSnapshot, now } from "../builders.ts";
import { reviveStalledAgents } from "./revive-stalled-agents.ts";

const rest = 9_000_000;
const stalled = { status: "stalled" as const, generation: 1, stalledAt: now - 60_000 };

function look(fields: Partial<Agent>) {
  return reviveStalledAgents.look(aSnapshot({ agents: [anAgent("gt-21", { ...stalled, ...fields })] }), now);
}

const ended: Process = { state: "ended", how: "exited", reason: "stopped" };
const running: Process = { state: "running" };

describe("revive-stalled-agents", () => {
  it.each([
    ["whose process has ended", { process: ended }, "its process has ended"],
    ["that has no process", {}, "its process has ended"],
    [
      "that rested for 2 h 30 and still runs, as far as anybody says",
      { process: running, stalledAt: now - rest },
      "it has rested",
    ],
    [
      "that rested for 2 h 30 and is not heard of",
      { process: { state: "lost" as const }, stalledAt: now - rest },
      "it has rested",
    ],
    ["of which nobody knows since when it rests", { process: running, stalledAt: null }, "it has rested"],
  ])("lets an agent work again %s", (_reason, fields, reason) => {
    expect(look(fields)).toEqual({
      decisions: [{ do: "revive", agent: "gt-21", reason }],
      explanations: [],
      nextLook: null,
    });
  });

  it.each([
    ["that may still run", { process: running }],
    ["that was lost", { process: { state: "lost" as const } }],
  ])("lets an agent rest %s", (_reason, fields) => {
    expect(look(fields)).toEqual({ decisions: [], explanations: [], nextLook: now - 60_000 + rest });
  });

  it.each([
    ["is idle", { status: "idle" as const, process: ended }],
    ["still has a bead", { hook: "gt-1", process: ended }],
  ])("leaves an agent alone that %s", (_reason, fields) => {
    expect(look(fields)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
