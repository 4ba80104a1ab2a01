import { describe, expect, it } from "vitest";
import { aContext, anAgent, aSnapshot, aWorker } from "../builders.ts";
import { agentCheckpoint } from "./agent-checkpoint.ts";

const state = aSnapshot({ agents: [aWorker("gt-21", "gt-1"), anAgent("gt-22")] });
const note = { agent: "gt-21", generation: 1, data: { step: 2 } };

describe("agent-checkpoint", () => {
  it("keeps the note with the hooked bead", () => {
    expect(agentCheckpoint.needs(note)).toEqual({ hooksOf: ["gt-21"] });
    expect(agentCheckpoint.decide(state, note, aContext({ actor: "agent:gt-21" }))).toEqual({
      outcome: "applied",
      changes: [{ type: "agent.checkpointed", agent: "gt-21", bead: "gt-1", data: { step: 2 } }],
    });
  });

  it.each([
    ["without a bead", { ...note, agent: "gt-22" }, "user:ann", "not_hooked"],
    ["from an older start", { ...note, generation: 2 }, "user:ann", "not_hooked"],
    ["from another agent", note, "agent:gt-22", "invalid"],
    ["too long to travel", { ...note, data: { text: "é".repeat(20_000) } }, "user:ann", "invalid"],
  ])("refuses a note %s", (_reason, data, actor, code) => {
    expect(agentCheckpoint.decide(state, data, aContext({ actor }))).toMatchObject({ outcome: "refused", code });
  });

  it("does not know other agents", () => {
    expect(agentCheckpoint.decide(state, { ...note, agent: "gt-zz" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
