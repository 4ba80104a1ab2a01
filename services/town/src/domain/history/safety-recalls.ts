import type { SafetyChange } from "../changes/safety-change.ts";
import { nothing, ofBead, type Recalls } from "./recall.ts";

export const safetyRecalls: Recalls<SafetyChange["type"]> = {
  "town.stopped": nothing,
  "town.thawed": nothing,
  "town.roused": nothing,
  "attempt.failed": ofBead,
  "attempt.forgiven": ofBead,
  "breaker.opened": nothing,
  "breaker.closed": nothing,
  "budget.exceeded": ({ scope, id, budget, limit, spent }) =>
    scope === "town" ? null : { beads: [id], data: { scope, budget, limit, spent } },
  "budget.restored": ({ scope, id }) => (scope === "town" ? null : { beads: [id], data: { scope } }),
  "budget.period-began": nothing,
};
