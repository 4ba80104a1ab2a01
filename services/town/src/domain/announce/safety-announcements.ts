import * as contracts from "@gastown/contracts";
import type { SafetyChange } from "../changes/safety-change.ts";
import { tell, type Tells } from "./tell.ts";

export const safetyAnnouncements: Tells<SafetyChange["type"]> = {
  "town.stopped": ({ by, reason }) => tell(contracts.townStopped, null, { by, reason }),
  "town.thawed": ({ by }) => tell(contracts.townThawed, null, { by }),
  "town.roused": null,
  "attempt.failed": null,
  "attempt.forgiven": null,
  "breaker.opened": ({ rig, failures, windowMs }) =>
    tell(contracts.breakerOpened, rig === null ? null : `rig/${rig}`, { rig, failures, windowMs }),
  "breaker.closed": ({ rig }) => tell(contracts.breakerClosed, rig === null ? null : `rig/${rig}`, { rig }),
  "budget.exceeded": ({ scope, id, budget, limit, spent }) =>
    tell(contracts.budgetExceeded, scope === "town" ? null : `bead/${id}`, { scope, id, budget, limit, spent }),
  "budget.restored": null,
  "budget.period-began": null,
};
