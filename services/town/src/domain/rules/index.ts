import type { Rule } from "../rule.ts";
import { assignOpenBead } from "./assign-open-bead.ts";
import { closeAbandonedPull } from "./close-abandoned-pull.ts";
import { closeMerged } from "./close-merged.ts";
import { dispatch } from "./dispatch.ts";
import { endAbandoned } from "./end-abandoned.ts";
import { mergeWhenReady } from "./merge-when-ready.ts";
import { passOnReview } from "./pass-on-review.ts";
import { registerRig } from "./register-rig.ts";
import { releaseLostWork } from "./release-lost-work.ts";
import { requestReview } from "./request-review.ts";
import { rework } from "./rework.ts";
import { stopFinishedAgents } from "./stop-finished-agents.ts";
import { unblockDependants } from "./unblock-dependants.ts";

/**
 * All rules, in the order in which they look. Where two want to change the same thing in one pass, the earlier one does and
 * the later one looks again: first what has ended, then what is lost, then what goes on.
 */
export const rules: readonly Rule[] = [
  registerRig,
  closeMerged,
  endAbandoned,
  closeAbandonedPull,
  releaseLostWork,
  stopFinishedAgents,
  passOnReview,
  rework,
  requestReview,
  mergeWhenReady,
  unblockDependants,
  assignOpenBead,
  dispatch,
];
