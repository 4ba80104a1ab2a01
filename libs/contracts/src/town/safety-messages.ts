import { z } from "zod";
import { beadId, rigId } from "../ids.ts";
import { mergeSettings } from "../merge-settings.ts";
import { defineCommand, defineEvent } from "../message.ts";
import { beadStatus, beadType } from "../model.ts";
import { rigPolicy } from "../policy.ts";
import { envChange, roleInstructions, roleModels } from "../settings.ts";
import { spent } from "../work.ts";

// Stopping, budgets, the breaker, deleting, and a rig's own settings.

export const estopTown = defineCommand({
  owner: "town",
  entity: "town",
  verb: "estop",
  summary: "Stop everything: agents are stopped with their work saved, nothing is dispatched or merged until `thaw`.",
  data: z.object({ reason: z.string().max(2000).default("") }),
});
export const thawTown = defineCommand({
  owner: "town",
  entity: "town",
  verb: "thaw",
  summary: "Let a stopped town go on. Also forgets what the breaker counted.",
  data: z.object({}),
});
export const deleteTown = defineCommand({
  owner: "town",
  entity: "town",
  verb: "delete",
  summary:
    "Delete a town with everything in it: its containers are stopped, its repositories removed from the local forge.",
  data: z.object({}),
});
export const reconcileNow = defineCommand({
  owner: "town",
  entity: "town",
  verb: "reconcile",
  summary: "Let the rules look at the town now.",
  data: z.object({}),
});
export const updateRig = defineCommand({
  owner: "town",
  entity: "rig",
  verb: "update",
  summary:
    "Change what a rig sets for itself; policy, merge and env fields given replace those stored, others stay. `policy: null` and `merge: null` drop all of its own.",
  data: z.object({
    rig: rigId,
    policy: rigPolicy.nullable().optional(),
    model: z.string().min(1).max(200).nullable().optional(),
    models: roleModels.optional(),
    instructions: roleInstructions.optional(),
    env: envChange.optional(),
    /** Null: no check. */
    check: z.string().min(1).max(2000).nullable().optional(),
    requiredApprovals: z.int().min(0).max(10).optional(),
    merge: mergeSettings.nullable().optional(),
  }),
});
export const removeRig = defineCommand({
  owner: "town",
  entity: "rig",
  verb: "remove",
  summary: "Remove a rig with all its beads and agents. Refused while it has live work, unless `force`.",
  data: z.object({ rig: rigId, force: z.boolean().default(false) }),
});
export const deleteBeads = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "delete",
  summary:
    "Delete beads with their children, and whatever still refers to them: nudges, mail, timers, pending messages. Ids that do not exist are told, not refused. Result: { deleted, missing }.",
  data: z.object({ beads: z.array(beadId).min(1).max(500) }),
});
export const deleteBeadsWhere = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "delete-where",
  summary:
    "Delete all beads of these statuses (at most 500 at once; agents are never meant) with their children. Result: { deleted, more }.",
  data: z.object({
    status: z.array(beadStatus).min(1),
    rig: rigId.optional(),
    type: z.array(beadType.exclude(["agent"])).optional(),
  }),
});

// Events.

export const townStopped = defineEvent({
  owner: "town",
  entity: "town",
  verb: "stopped",
  summary: "A town was stopped by hand.",
  data: z.object({ by: z.string(), reason: z.string() }),
});
export const townThawed = defineEvent({
  owner: "town",
  entity: "town",
  verb: "thawed",
  summary: "A stopped town goes on.",
  data: z.object({ by: z.string() }),
});
export const townDeleted = defineEvent({
  owner: "town",
  entity: "town",
  verb: "deleted",
  summary: "A town was deleted: the last event of it.",
  data: z.object({ by: z.string() }),
});
export const rigUpdated = defineEvent({
  owner: "town",
  entity: "rig",
  verb: "updated",
  summary: "A rig's settings changed.",
  data: z.object({ rig: rigId, changed: z.array(z.string()) }),
});
export const rigRemoved = defineEvent({
  owner: "town",
  entity: "rig",
  verb: "removed",
  summary: "A rig was removed.",
  data: z.object({ rig: rigId }),
});
export const beadDeleted = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "deleted",
  summary: "A bead was deleted; messages about it are terminal from now on.",
  data: z.object({ bead: beadId, type: beadType }),
});
export const breakerOpened = defineEvent({
  owner: "town",
  entity: "reconciler",
  verb: "breaker_opened",
  summary: "Too many attempts failed: nothing is dispatched in the town (rig null) or the rig until they are old.",
  data: z.object({ rig: rigId.nullable(), failures: z.int(), windowMs: z.int() }),
});
export const breakerClosed = defineEvent({
  owner: "town",
  entity: "reconciler",
  verb: "breaker_closed",
  summary: "Dispatch goes on.",
  data: z.object({ rig: rigId.nullable() }),
});
export const budgetExceeded = defineEvent({
  owner: "town",
  entity: "budget",
  verb: "exceeded",
  summary: "Work was stopped because it has used up a budget; told once.",
  data: z.object({
    scope: z.enum(["bead", "convoy", "town"]),
    id: z.string(),
    budget: z.string(),
    limit: z.int(),
    spent,
  }),
});
