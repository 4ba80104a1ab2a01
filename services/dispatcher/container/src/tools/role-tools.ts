import type { AgentRole } from "@gastown/contracts";
import type { AgentTool } from "./agent-tool.ts";
import { beadStatus } from "./bead-status.ts";
import { checkpoint } from "./checkpoint.ts";
import { polecatDone } from "./done-polecat.ts";
import { refineryDone } from "./done-refinery.ts";
import { escalate } from "./escalate.ts";
import { mailCheck } from "./mail-check.ts";
import { mailSend } from "./mail-send.ts";
import { prime } from "./prime.ts";
import { status } from "./status.ts";

const everybody = [prime, beadStatus, mailSend, mailCheck, escalate, checkpoint, status];

/** What each role is offered. A mayor has no work item that ends, and so no gt_done. */
export const roleTools: Record<AgentRole, readonly AgentTool[]> = {
  polecat: [...everybody, polecatDone],
  refinery: [...everybody, refineryDone],
  mayor: everybody,
};
