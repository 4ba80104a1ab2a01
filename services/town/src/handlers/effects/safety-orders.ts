import type { SafetyDecision } from "../../domain/decisions/safety-decision.ts";
import type { Orders } from "./order.ts";

export const safetyOrders: Orders<SafetyDecision["do"]> = {
  "call-back": null,
  "open-breaker": null,
  "close-breaker": null,
  "exceed-budget": null,
  "restore-budget": null,
  "begin-budget-period": null,
};
