import type { AgentRole, Job } from "@gastown/contracts";
import type { AgentTool } from "./agent-tool.ts";
import { beadStatus } from "./bead-status.ts";
import { checkpoint } from "./checkpoint.ts";
import { polecatDone } from "./done-polecat.ts";
import { refineryDone } from "./done-refinery.ts";
import { escalate } from "./escalate.ts";
import { mailCheck } from "./mail-check.ts";
import { mailSend } from "./mail-send.ts";
import { molAdvance } from "./mol-advance.ts";
import { molCurrent } from "./mol-current.ts";
import { nudge } from "./nudge.ts";
import { prime } from "./prime.ts";
import { status } from "./status.ts";
import { triageResolve } from "./triage-resolve.ts";

const everybody = [prime, beadStatus, mailSend, mailCheck, nudge, escalate, checkpoint, status];

/** What each role is offered. A mayor has no work item that ends, and so no gt_done. */
const ofRole: Record<AgentRole, readonly AgentTool[]> = {
  polecat: [...everybody, polecatDone],
  refinery: [...everybody, refineryDone],
  mayor: everybody,
};

/** What an agent with this job is offered: what its role is, and what its work item needs besides. */
export function toolsOf({ role, molecule, kind }: Job): readonly AgentTool[] {
  return [
    ...ofRole[role],
    ...(molecule === null ? [] : [molCurrent, molAdvance]),
    ...(kind === "triage-batch" ? [triageResolve] : []),
  ];
}
