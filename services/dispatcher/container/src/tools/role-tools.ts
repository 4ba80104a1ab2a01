import type { AgentRole, Job } from "@gastown/contracts";
import type { AgentTool } from "./agent-tool.ts";
import { agentsList } from "./agents-list.ts";
import { beadClose } from "./bead-close.ts";
import { beadExplain } from "./bead-explain.ts";
import { beadStatus } from "./bead-status.ts";
import { beadUpdate } from "./bead-update.ts";
import { beadsList } from "./beads-list.ts";
import { browseRig } from "./browse-rig.ts";
import { checkpoint } from "./checkpoint.ts";
import { convoyChange } from "./convoy-change.ts";
import { convoyClose } from "./convoy-close.ts";
import { convoyCreate } from "./convoy-create.ts";
import { convoyStart } from "./convoy-start.ts";
import { convoyStatus } from "./convoy-status.ts";
import { polecatDone } from "./done-polecat.ts";
import { refineryDone } from "./done-refinery.ts";
import { escalate } from "./escalate.ts";
import { escalationAcknowledge } from "./escalation-acknowledge.ts";
import { mailCheck } from "./mail-check.ts";
import { mailSend } from "./mail-send.ts";
import { molAdvance } from "./mol-advance.ts";
import { molCurrent } from "./mol-current.ts";
import { nudge } from "./nudge.ts";
import { prime } from "./prime.ts";
import { rigsList } from "./rigs-list.ts";
import { sling } from "./sling.ts";
import { status } from "./status.ts";
import { triageResolve } from "./triage-resolve.ts";

const everybody = [prime, beadStatus, mailSend, mailCheck, nudge, escalate, checkpoint, status];

/** What moves the town's work as a whole: who has one work item has none of it (kilo-container-api §5.3). */
const ofTown = [
  rigsList,
  browseRig,
  agentsList,
  beadsList,
  beadExplain,
  sling,
  beadUpdate,
  beadClose,
  convoyCreate,
  convoyStart,
  convoyChange,
  convoyClose,
  convoyStatus,
  escalationAcknowledge,
];

/** What each role is offered, and all that it can call. A mayor has no work item that ends, and so no gt_done. */
const ofRole: Record<AgentRole, readonly AgentTool[]> = {
  polecat: [...everybody, polecatDone],
  refinery: [...everybody, refineryDone],
  mayor: [...everybody, ...ofTown],
};

/** What an agent with this job is offered: what its role is, and what its work item needs besides. */
export function toolsOf({ role, molecule, kind }: Job): readonly AgentTool[] {
  return [
    ...ofRole[role],
    ...(molecule === null ? [] : [molCurrent, molAdvance]),
    ...(kind === "triage-batch" ? [triageResolve] : []),
  ];
}
