import type { HelpDecision } from "../../domain/decisions/help-decision.ts";
import type { Orders } from "./order.ts";

export const helpOrders: Orders<HelpDecision["do"]> = {
  "re-raise": null,
  "send-triage": null,
  "end-triage-batch": null,
  "end-molecule": null,
};
