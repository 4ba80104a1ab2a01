import { z } from "zod";
import { beadId, commitId, messageId, rigId } from "../ids.ts";
import { defineEvent } from "../message.ts";
import { agentRole, agentStatus, beadStatus, beadView, rigState, severity } from "../model.ts";

const reason = z.string();

export const townCreated = defineEvent({
  owner: "town",
  entity: "town",
  verb: "created",
  summary: "A town was made.",
  data: z.object({ name: z.string() }),
});
export const townUpdated = defineEvent({
  owner: "town",
  entity: "town",
  verb: "updated",
  summary: "A town's name, model or policy changed.",
  data: z.object({ changed: z.array(z.string()) }),
});
export const rigAdded = defineEvent({
  owner: "town",
  entity: "rig",
  verb: "added",
  summary: "A repository was added.",
  data: z.object({ rig: rigId, source: z.string() }),
});
export const rigStateChanged = defineEvent({
  owner: "town",
  entity: "rig",
  verb: "state-changed",
  summary: "A rig became ready or failed.",
  data: z.object({ rig: rigId, from: rigState, to: rigState, reason }),
});
export const beadCreated = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "created",
  summary: "A bead was made.",
  data: z.object({ bead: beadId, view: beadView }),
});
export const beadUpdated = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "updated",
  summary: "Fields of a bead changed.",
  data: z.object({ bead: beadId, changed: z.record(z.string(), z.unknown()) }),
});
export const beadStatusChanged = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "status-changed",
  summary: "A bead moved to another status.",
  data: z.object({ bead: beadId, from: beadStatus, to: beadStatus, reason }),
});
export const beadAssigned = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "assigned",
  summary: "A bead was hooked to an agent.",
  data: z.object({ bead: beadId, agent: beadId }),
});
export const beadReleased = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "released",
  summary: "A bead lost its agent.",
  data: z.object({ bead: beadId, agent: beadId, reason }),
});
export const beadUnblocked = defineEvent({
  owner: "town",
  entity: "bead",
  verb: "unblocked",
  summary: "The last bead that blocked it is closed.",
  data: z.object({ bead: beadId }),
});
export const agentRegistered = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "registered",
  summary: "A town got a new agent.",
  data: z.object({ agent: beadId, name: z.string(), role: agentRole, rig: rigId.nullable() }),
});
export const agentDispatched = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "dispatched",
  summary: "An agent was sent to work on its hooked bead.",
  data: z.object({ agent: beadId, bead: beadId, generation: z.int(), attempt: z.int() }),
});
export const agentStatusChanged = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "status-changed",
  summary: "An agent's status changed.",
  data: z.object({ agent: beadId, from: agentStatus, to: agentStatus, reason }),
});
export const agentCheckpointed = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "checkpointed",
  summary: "An agent kept a note.",
  data: z.object({ agent: beadId, bead: beadId }),
});
export const reviewRequested = defineEvent({
  owner: "town",
  entity: "review",
  verb: "requested",
  summary: "A pull request waits to be read by the refinery.",
  data: z.object({ bead: beadId, source: beadId.nullable() }),
});
export const reviewCompleted = defineEvent({
  owner: "town",
  entity: "review",
  verb: "completed",
  summary: "The refinery has read it.",
  data: z.object({
    bead: beadId,
    source: beadId.nullable(),
    agent: beadId,
    verdict: z.enum(["approved", "changes_requested"]),
    summary: z.string(),
  }),
});
export const mergeRequested = defineEvent({
  owner: "town",
  entity: "merge",
  verb: "requested",
  summary: "The forge was asked to merge, pinned to a head.",
  data: z.object({ bead: beadId, source: beadId.nullable(), pull: z.int(), head: commitId }),
});
export const reworkRequested = defineEvent({
  owner: "town",
  entity: "rework",
  verb: "requested",
  summary: "A bead went back to its author.",
  data: z.object({ bead: beadId, mergeRequest: beadId, round: z.int(), reason }),
});
export const mailSent = defineEvent({
  owner: "town",
  entity: "mail",
  verb: "sent",
  summary: "A message was put into a mailbox.",
  data: z.object({ bead: beadId, to: beadId, subject: z.string() }),
});
export const mailDelivered = defineEvent({
  owner: "town",
  entity: "mail",
  verb: "delivered",
  summary: "Messages were handed to their agent.",
  data: z.object({ agent: beadId, beads: z.array(beadId) }),
});
export const escalationRaised = defineEvent({
  owner: "town",
  entity: "escalation",
  verb: "raised",
  summary: "People were asked for help.",
  data: z.object({ bead: beadId, severity, title: z.string() }),
});
export const commandRejected = defineEvent({
  owner: "town",
  entity: "command",
  verb: "rejected",
  summary: "A command can never succeed and was settled as processed.",
  data: z.object({ command: messageId, type: z.string(), code: z.string(), message: z.string() }),
});
