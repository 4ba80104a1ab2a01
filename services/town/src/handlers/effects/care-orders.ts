import { nudgeAgent } from "@gastown/contracts";
import type { CareDecision } from "../../domain/decisions/care-decision.ts";
import { known, order, type Orders } from "./order.ts";

export const careOrders: Orders<CareDecision["do"]> = {
  "warn-stuck": null,
  // The dispatcher is asked to stop it by `stop-finished-agents`, as for every agent that has no bead any more.
  stall: null,
  revive: null,
  "remove-agent": null,
  "announce-mail": null,
  "deliver-nudge": (after, { nudge: id, agent }) => {
    const { message, mode } = known(after.nudges.get(id), id);
    const { generation } = known(after.agents.get(agent), agent);
    const when = mode === "immediate" ? "immediate" : "wait-idle";
    return order(nudgeAgent, `agent/${agent}`, { agent, generation, nudge: id, message, mode: when });
  },
  "settle-nudge": null,
  repair: null,
};
