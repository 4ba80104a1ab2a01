import { z } from "zod";
import { beadId, branchName, rigId } from "../ids.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { body, label, page, pageOf, priority, prState, title } from "../model.ts";
import { mergeMode } from "../policy.ts";
import { convoyView } from "../work.ts";

// Convoys, landing, fix-ups, adopted pull requests and the wait for approval.

export const createConvoy = defineCommand({
  owner: "town",
  entity: "convoy",
  verb: "create",
  summary:
    "Make a convoy with its tasks; dependsOn names tasks by index, a cycle is refused and named. Unless staged, they go to work. Result: { convoy, beads }.",
  data: z.object({
    title,
    /** Absent: the town's policy. */
    mergeMode: mergeMode.optional(),
    staged: z.boolean().optional(),
    tasks: z
      .array(
        z.object({
          rig: rigId,
          title,
          body: body.default(""),
          priority: priority.default("medium"),
          labels: z.array(label).max(32).default([]),
          /** Positions in this list, from 0. */
          dependsOn: z.array(z.int().min(0)).max(100).default([]),
        }),
      )
      .min(1)
      .max(100),
  }),
});
export const startConvoy = defineCommand({
  owner: "town",
  entity: "convoy",
  verb: "start",
  summary: "Let a staged convoy go to work. Refused unless it is staged.",
  data: z.object({ convoy: beadId }),
});
export const closeConvoy = defineCommand({
  owner: "town",
  entity: "convoy",
  verb: "close",
  summary: "End a convoy by hand: its live beads are closed, their agents stopped, their pull requests closed.",
  data: z.object({ convoy: beadId, reason: z.string().max(2000).default("") }),
});
export const addToConvoy = defineCommand({
  owner: "town",
  entity: "convoy",
  verb: "add",
  summary: "Add live work items that belong to no convoy and were not begun. Adding one twice changes nothing.",
  data: z.object({ convoy: beadId, beads: z.array(beadId).min(1).max(100) }),
});
export const removeFromConvoy = defineCommand({
  owner: "town",
  entity: "convoy",
  verb: "remove",
  summary: "Take beads out of a convoy; dependencies between them and their former siblings go.",
  data: z.object({ convoy: beadId, beads: z.array(beadId).min(1).max(100) }),
});
export const adoptPull = defineCommand({
  owner: "town",
  entity: "pr",
  verb: "adopt",
  summary:
    "Follow a pull request nobody in the town wrote, repair it and merge it when it is ready. Result: { bead }, its merge request.",
  data: z.object({ rig: rigId, number: z.int().min(1) }),
});

// Facts told by scm.

export const reportBranch = defineCommand({
  owner: "town",
  entity: "branch",
  verb: "report",
  summary: "The forge tells whether a branch it was asked to make is there (from scm).",
  data: z.object({
    rig: rigId,
    branch: branchName,
    state: z.enum(["ready", "failed"]),
    reason: z.string().max(2000).nullable(),
  }),
});
export const refusePull = defineCommand({
  owner: "town",
  entity: "pr",
  verb: "refuse",
  summary: "The forge tells that a pull request cannot be opened or adopted for a bead, for good (from scm).",
  data: z.object({ bead: beadId, rig: rigId, code: z.string().max(100), reason: z.string().max(2000) }),
});

// Events.

export const convoyCreated = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "created",
  summary: "A convoy was made.",
  data: z.object({ convoy: beadId, title: z.string(), mergeMode, staged: z.boolean(), beads: z.array(beadId) }),
});
export const convoyStarted = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "started",
  summary: "A staged convoy went to work.",
  data: z.object({ convoy: beadId }),
});
export const convoyChanged = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "changed",
  summary: "Beads joined or left a convoy.",
  data: z.object({ convoy: beadId, added: z.array(beadId), removed: z.array(beadId) }),
});
export const convoyProgressed = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "progressed",
  summary: "More beads of a convoy are done.",
  data: z.object({ convoy: beadId, closed: z.int(), failed: z.int(), total: z.int() }),
});
export const landingRequested = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "landing-requested",
  summary: "A convoy's work in one rig is complete and asks to be merged.",
  data: z.object({ convoy: beadId, rig: rigId, request: beadId, attempt: z.int() }),
});
export const convoyRigLanded = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "rig-landed",
  summary: "A convoy's work in one rig is merged.",
  data: z.object({ convoy: beadId, rig: rigId }),
});
export const convoyLanded = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "landed",
  summary: "All work of a convoy is merged; `partial` when beads of it had failed.",
  data: z.object({ convoy: beadId, partial: z.boolean() }),
});
export const convoyFailed = defineEvent({
  owner: "town",
  entity: "convoy",
  verb: "failed",
  summary: "A convoy cannot land.",
  data: z.object({ convoy: beadId, code: z.string(), reason: z.string() }),
});
export const awaitingApprovalDetected = defineEvent({
  owner: "town",
  entity: "pr",
  verb: "awaiting_approval_detected",
  summary: "A pull request waits for a person, told once for each wait (kilo-town §5.5).",
  data: z.object({ bead: beadId, source: beadId.nullable(), since: z.iso.datetime(), causes: z.array(z.string()) }),
});
export const awaitingApprovalResolved = defineEvent({
  owner: "town",
  entity: "pr",
  verb: "awaiting_approval_resolved",
  summary: "The wait for a person has ended; `waitedMs` is how long it really was (W6).",
  data: z.object({ bead: beadId, source: beadId.nullable(), waitedMs: z.int(), state: prState }),
});
export const respawnSuppressed = defineEvent({
  owner: "town",
  entity: "reconciler",
  verb: "respawn_suppressed",
  summary: "A convoy's landing waits for a person, so no further attempt is made: told once for each wait (W5).",
  data: z.object({ convoyId: beadId, rig: rigId, suppressedAttempt: z.int() }),
});

// Queries.

export const listConvoys = defineQuery({
  owner: "town",
  entity: "convoy",
  verb: "list",
  summary: "A town's convoys with their progress, newest first.",
  data: z.object({ ...page, status: z.array(convoyView.shape.status).optional() }),
  reply: pageOf(convoyView),
});
export const getConvoy = defineQuery({
  owner: "town",
  entity: "convoy",
  verb: "get",
  summary: "One convoy.",
  data: z.object({ convoy: beadId }),
  reply: convoyView,
});
