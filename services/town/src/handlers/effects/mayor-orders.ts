import { changeAgentModel, startAgent } from "@gastown/contracts";
import type { MayorDecision } from "../../domain/decisions/mayor-decision.ts";
import type { TownState } from "../../domain/state.ts";
import { buildMayorJob } from "../build-job.ts";
import { known, order, type Order, type Orders } from "./order.ts";

export const mayorOrders: Orders<MayorDecision["do"]> = {
  "start-mayor": startMayor,
  "ask-mayor-again": startMayor,
  // What may still run of it is ended by `stop-finished-agents`.
  "rest-mayor": null,
  "change-model": (after, { agent, model }) => {
    const { generation } = known(after.agents.get(agent), agent);
    return order(changeAgentModel, `agent/${agent}`, { agent, generation, model });
  },
};

function startMayor(after: TownState, { agent }: { readonly agent: string }): Order {
  return order(startAgent, `agent/${agent}`, buildMayorJob(after, known(after.agents.get(agent), agent)));
}
