import { z } from "zod";
import { beadId, rigId } from "../ids.ts";
import { defineQuery } from "../message.ts";
import {
  agentView,
  beadStatus,
  beadType,
  beadView,
  explanation,
  historyEntry,
  page,
  pageOf,
  rigView,
  townView,
} from "../model.ts";
import { messageId } from "../ids.ts";
import { verdict } from "../verdict.ts";
import { issueKind } from "../work.ts";

export const listTowns = defineQuery({
  owner: "town",
  entity: "town",
  verb: "list",
  summary: "Towns, by id (installation-wide: town token `_`).",
  data: z.object(page),
  reply: pageOf(townView),
});
export const getTown = defineQuery({
  owner: "town",
  entity: "town",
  verb: "get",
  summary: "One town with counts of its beads by status and agents by status.",
  data: z.object({}),
  reply: townView.extend({ beads: z.record(z.string(), z.int()), agents: z.record(z.string(), z.int()) }),
});
export const listRigs = defineQuery({
  owner: "town",
  entity: "rig",
  verb: "list",
  summary: "A town's rigs, by id.",
  data: z.object(page),
  reply: pageOf(rigView),
});
export const getRig = defineQuery({
  owner: "town",
  entity: "rig",
  verb: "get",
  summary: "One rig.",
  data: z.object({ rig: rigId }),
  reply: rigView,
});
export const listBeads = defineQuery({
  owner: "town",
  entity: "bead",
  verb: "list",
  summary: "Beads, newest first. `ready`: only those that could be dispatched now.",
  data: z.object({
    ...page,
    rig: rigId.optional(),
    status: z.array(beadStatus).optional(),
    type: z.array(beadType).optional(),
    label: z.string().optional(),
    kind: z.array(issueKind).optional(),
    convoy: beadId.optional(),
    parent: beadId.optional(),
    ready: z.boolean().default(false),
  }),
  reply: pageOf(beadView),
});
export const getBead = defineQuery({
  owner: "town",
  entity: "bead",
  verb: "get",
  summary: "One bead.",
  data: z.object({ bead: beadId }),
  reply: beadView,
});
export const getBeadHistory = defineQuery({
  owner: "town",
  entity: "bead",
  verb: "history",
  summary: "What happened to a bead, oldest first, each with actor, cause and trace.",
  data: z.object({ ...page, bead: beadId }),
  reply: pageOf(historyEntry),
});
export const explainBead = defineQuery({
  owner: "town",
  entity: "bead",
  verb: "explain",
  summary: "Why a bead is where it is and what would move it.",
  data: z.object({ bead: beadId }),
  reply: explanation,
});
export const listAgents = defineQuery({
  owner: "town",
  entity: "agent",
  verb: "list",
  summary: "A town's agents, by id.",
  data: z.object({ ...page, rig: rigId.optional() }),
  reply: pageOf(agentView),
});
export const getAgent = defineQuery({
  owner: "town",
  entity: "agent",
  verb: "get",
  summary: "One agent.",
  data: z.object({ agent: beadId }),
  reply: agentView,
});
export const primeAgent = defineQuery({
  owner: "town",
  entity: "agent",
  verb: "prime",
  summary:
    "What an agent needs to begin: itself, its hooked bead, the note left by the last one, how much mail waits, up to 20 live beads of its rig.",
  data: z.object({ agent: beadId }),
  reply: z.object({
    agent: agentView,
    hook: beadView.nullable(),
    checkpoint: z.record(z.string(), z.unknown()).nullable(),
    feedback: z.string().nullable(),
    unreadMail: z.int(),
    beads: z.array(beadView),
  }),
});
export const getTownVerdict = defineQuery({
  owner: "town",
  entity: "command",
  verb: "get",
  summary: "The verdict of a command, from the inbox; null while it has none.",
  data: z.object({ command: messageId }),
  reply: z.object({ verdict: verdict.nullable() }),
});
