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
    ["without a bead", { agent: "gt-22" }, "not_hooked"],
    ["from an older start", { generation: 2 }, "not_hooked"],
    ["too long to travel", { data: { text: "é".repeat(20_000) } }, "invalid"],
  ])("refuses a note %s", (_reason, fields, code) => {
    expect(agentCheckpoint.decide(state, { ...note, ...fields }, aContext())).toMatchObject({
      outcome: "refused",
      code,
    });
  });

  it("refuses a note from another agent", () => {
    const decided = agentCheckpoint.decide(state, note, aContext({ actor: "agent:gt-22" }));
    expect(decided).toMatchObject({ outcome: "refused", code: "invalid" });
  });

  it("does not know other agents", () => {
    expect(agentCheckpoint.decide(state, { ...note, agent: "gt-zz" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
