import type { CareDecision } from "../../domain/decisions/care-decision.ts";
import type { Orders } from "./order.ts";

export const careOrders: Orders<CareDecision["do"]> = {
  "warn-stuck": null,
  stall: null,
  revive: null,
  "remove-agent": null,
  "announce-mail": null,
  "deliver-nudge": null,
  "settle-nudge": null,
  repair: null,
};
