import type { Rule } from "../rule.ts";
import { announceMail } from "./announce-mail.ts";
import { assignOpenBead } from "./assign-open-bead.ts";
import { beginBudgetPeriod } from "./begin-budget-period.ts";
import { changeModels } from "./change-models.ts";
import { circuitBreaker } from "./circuit-breaker.ts";
import { closeAbandonedPull } from "./close-abandoned-pull.ts";
import { closeConvoy } from "./close-convoy.ts";
import { closeMerged } from "./close-merged.ts";
import { closeMootTriage } from "./close-moot-triage.ts";
import { collectIdleAgents } from "./collect-idle-agents.ts";
import { deliverNudges } from "./deliver-nudges.ts";
import { dispatch } from "./dispatch.ts";
import { endAbandoned } from "./end-abandoned.ts";
import { endFixup } from "./end-fixup.ts";
import { failConvoy } from "./fail-convoy.ts";
import { endMolecules } from "./end-molecules.ts";
import { keepBudgets } from "./keep-budgets.ts";
import { landConvoy } from "./land-convoy.ts";
import { mergeWhenReady } from "./merge-when-ready.ts";
import { nudgeStuckAgents } from "./nudge-stuck-agents.ts";
import { passOnReview } from "./pass-on-review.ts";
import { prepareConvoyBranch } from "./prepare-convoy-branch.ts";
import { reRaiseEscalations } from "./re-raise-escalations.ts";
import { registerRig } from "./register-rig.ts";
import { releaseLostWork } from "./release-lost-work.ts";
import { repairInvariants } from "./repair-invariants.ts";
import { requestFixup } from "./request-fixup.ts";
import { requestReview } from "./request-review.ts";
import { restMayor } from "./rest-mayor.ts";
import { reviveStalledAgents } from "./revive-stalled-agents.ts";
import { rework } from "./rework.ts";
import { sendTriageBatch } from "./send-triage-batch.ts";
import { stallStuckAgents } from "./stall-stuck-agents.ts";
import { stopFinishedAgents } from "./stop-finished-agents.ts";
import { stopTown } from "./stop-town.ts";
import { tellMayor } from "./tell-mayor.ts";
import { tellConvoyProgress } from "./tell-convoy-progress.ts";
import { unblockDependants } from "./unblock-dependants.ts";
import { wakeMayor } from "./wake-mayor.ts";

/**
 * All rules, in the order in which they look. Where two want to change the same thing in one pass, the earlier one does and
 * the later one looks again: first what must not be, then what has ended, then what is lost or stuck, then what goes on, and last
 * what is said and who is not needed any more.
 */
export const rules: readonly Rule[] = [
  repairInvariants,
  stopTown,
  beginBudgetPeriod,
  registerRig,
  prepareConvoyBranch,
  closeMerged,
  endAbandoned,
  endFixup,
  closeAbandonedPull,
  endMolecules,
  closeMootTriage,
  releaseLostWork,
  keepBudgets,
  circuitBreaker,
  restMayor,
  stallStuckAgents,
  nudgeStuckAgents,
  stopFinishedAgents,
  reviveStalledAgents,
  passOnReview,
  rework,
  requestFixup,
  requestReview,
  mergeWhenReady,
  tellConvoyProgress,
  landConvoy,
  closeConvoy,
  failConvoy,
  unblockDependants,
  sendTriageBatch,
  assignOpenBead,
  dispatch,
  reRaiseEscalations,
  tellMayor,
  announceMail,
  deliverNudges,
  wakeMayor,
  changeModels,
  collectIdleAgents,
];
