import { describe, expect, it } from "vitest";
import { aContext, aSnapshot, aWorker } from "../builders.ts";
import { agentStatusMessage } from "./agent-status-message.ts";

const state = aSnapshot({ agents: [aWorker("gt-21", "gt-1")] });
const data = { agent: "gt-21", generation: 1, message: "reading tests" };

describe("agent-status-message", () => {
  it("shows what the agent says", () => {
    expect(agentStatusMessage.needs(data)).toEqual({ agents: ["gt-21"] });
    expect(agentStatusMessage.decide(state, data, aContext({ actor: "agent:gt-21" }))).toEqual({
      outcome: "applied",
      changes: [{ type: "agent.said", agent: "gt-21", message: "reading tests" }],
    });
  });

  it.each([
    ["of an older start", { ...data, generation: 3 }, "user:ann", { outcome: "refused", code: "stale" }],
    ["of another agent", data, "agent:gt-22", { outcome: "refused", code: "invalid" }],
    ["of an unknown agent", { ...data, agent: "gt-zz" }, "user:ann", { outcome: "terminal", code: "agent_not_found" }],
  ])("does not show one %s", (_reason, ...[given, actor, expected]) => {
    expect(agentStatusMessage.decide(state, given, aContext({ actor }))).toMatchObject(expected);
  });
});
