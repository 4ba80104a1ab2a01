import { restAgent } from "../endings.ts";
import type { CarryOut } from "./carried.ts";
import { theAgent } from "./carried.ts";

export const agentDecisions: CarryOut<"register-rig" | "unhook" | "give-up-agent" | "stop-agent"> = {
  "register-rig": (_state, { rig }) => [{ type: "rig.asked", rig }],
  unhook(state, { agent: id, reason }) {
    const agent = theAgent(state, id);
    if (agent.hook !== null) return restAgent(agent, agent.hook, reason);
    return [{ type: "agent.status-changed", agent: id, from: agent.status, to: "idle", reason }];
  },
  "give-up-agent": (_state, { agent }) => [{ type: "agent.lost", agent }],
  "stop-agent": (_state, { agent }) => [{ type: "agent.stop-asked", agent }],
};
