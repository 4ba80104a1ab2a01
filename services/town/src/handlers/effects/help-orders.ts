import type { HelpDecision } from "../../domain/decisions/help-decision.ts";
import type { Orders } from "./order.ts";

export const helpOrders: Orders<HelpDecision["do"]> = {
  "re-raise": null,
  "tell-mayor": null,
  "send-triage": null,
  "close-triage": null,
  "end-molecule": null,
};
