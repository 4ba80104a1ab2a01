import { z } from "zod";
import { beadId, nudgeId } from "../ids.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { page, pageOf, severity } from "../model.ts";
import { formula, moleculeView, nudgeMode, nudgeState, nudgeView, triageAction, triageType } from "../work.ts";

// Nudges, escalations, triage, molecules and the care of agents.

export const sendNudge = defineCommand({
  owner: "town",
  entity: "nudge",
  verb: "send",
  summary:
    "Say something to an agent: at once, when its turn ends, or whenever it next works within the TTL. Result: { nudge }.",
  data: z.object({
    agent: beadId,
    message: z.string().min(1).max(10_000),
    mode: nudgeMode.default("wait-idle"),
    priority: z.enum(["normal", "urgent"]).default("normal"),
    /** How long it is worth delivering; absent: the town's policy. */
    ttlMs: z
      .int()
      .min(1_000)
      .max(7 * 86_400_000)
      .optional(),
  }),
});
export const reportNudge = defineCommand({
  owner: "town",
  entity: "nudge",
  verb: "report",
  summary: "The dispatcher tells that an agent was given a nudge, or why it could not be (from the container).",
  data: z.object({
    nudge: nudgeId,
    agent: beadId,
    state: z.enum(["delivered", "failed"]),
    reason: z.string().max(500).default(""),
  }),
});
export const acknowledgeEscalation = defineCommand({
  owner: "town",
  entity: "escalation",
  verb: "acknowledge",
  summary: "Take an escalation: it is not raised again and its bead is closed. Twice changes nothing.",
  data: z.object({ bead: beadId, note: z.string().max(2000).default("") }),
});
export const resolveTriage = defineCommand({
  owner: "town",
  entity: "triage",
  verb: "resolve",
  summary: "Answer a triage request; what the action names is done to the agent and bead it was asked about.",
  data: z.object({ bead: beadId, action: triageAction, notes: z.string().max(10_000).default("") }),
});
export const createMolecule = defineCommand({
  owner: "town",
  entity: "molecule",
  verb: "create",
  summary:
    "Give an open work item the steps of a formula; its agent walks through them and cannot finish before. Result: { molecule, steps }.",
  data: z.object({ bead: beadId, formula }),
});
export const advanceMolecule = defineCommand({
  owner: "town",
  entity: "molecule",
  verb: "advance",
  summary:
    "A ready step is done, or failed. Result: the molecule as it is then. A step that is done already changes nothing.",
  data: z.object({
    molecule: beadId,
    step: z.string().max(40),
    outcome: z.enum(["done", "failed"]).default("done"),
    notes: z.string().max(10_000).default(""),
  }),
});

// Events.

export const nudgeQueued = defineEvent({
  owner: "town",
  entity: "nudge",
  verb: "queued",
  summary: "Something is to be said to an agent.",
  data: z.object({ nudge: nudgeId, agent: beadId, mode: nudgeMode, source: z.string(), message: z.string() }),
});
export const nudgeSettled = defineEvent({
  owner: "town",
  entity: "nudge",
  verb: "settled",
  summary: "A nudge was delivered, has expired or cannot be delivered.",
  data: z.object({ nudge: nudgeId, agent: beadId, state: nudgeState, reason: z.string() }),
});
export const escalationAcknowledged = defineEvent({
  owner: "town",
  entity: "escalation",
  verb: "acknowledged",
  summary: "Somebody took an escalation.",
  data: z.object({ bead: beadId, note: z.string() }),
});
export const escalationReRaised = defineEvent({
  owner: "town",
  entity: "escalation",
  verb: "re-raised",
  summary: "Nobody took an escalation, so it was raised a step.",
  data: z.object({ bead: beadId, severity, count: z.int() }),
});
export const triageRequested = defineEvent({
  owner: "town",
  entity: "triage",
  verb: "requested",
  summary: "Somebody must decide what becomes of an agent or its bead.",
  data: z.object({ bead: beadId, type: triageType, agent: beadId.nullable(), about: beadId.nullable() }),
});
export const triageResolved = defineEvent({
  owner: "town",
  entity: "triage",
  verb: "resolved",
  summary: "A triage request was answered.",
  data: z.object({
    bead: beadId,
    action: triageAction,
    notes: z.string(),
    agent: beadId.nullable(),
    about: beadId.nullable(),
  }),
});
export const agentStuck = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "stuck",
  summary: "A working agent has done nothing for long (kilo-town §3.6).",
  data: z.object({ agent: beadId, bead: beadId, tier: z.enum(["warn", "escalate", "stop"]), idleMs: z.int() }),
});
export const agentRemoved = defineEvent({
  owner: "town",
  entity: "agent",
  verb: "removed",
  summary: "An agent nobody used for long was removed.",
  data: z.object({ agent: beadId, name: z.string(), reason: z.string() }),
});
export const invariantViolated = defineEvent({
  owner: "town",
  entity: "reconciler",
  verb: "invariant_violated",
  summary: "Something that must always hold did not, and was repaired (kilo-town §3.9, W25): told once.",
  data: z.object({ invariant: z.string(), about: z.array(z.string()), repair: z.string() }),
});
export const moleculeCreated = defineEvent({
  owner: "town",
  entity: "molecule",
  verb: "created",
  summary: "A work item was given the steps of a formula.",
  data: z.object({ molecule: beadId, source: beadId, formula: z.string(), steps: z.array(z.string()) }),
});
export const moleculeAdvanced = defineEvent({
  owner: "town",
  entity: "molecule",
  verb: "advanced",
  summary: "A step of a molecule ended.",
  data: z.object({ molecule: beadId, step: z.string(), outcome: z.enum(["done", "failed"]), left: z.int() }),
});

// Queries.

export const listNudges = defineQuery({
  owner: "town",
  entity: "nudge",
  verb: "list",
  summary: "What was or is to be said to agents, newest first.",
  data: z.object({ ...page, agent: beadId.optional(), state: z.array(nudgeState).optional() }),
  reply: pageOf(nudgeView),
});
export const getMolecule = defineQuery({
  owner: "town",
  entity: "molecule",
  verb: "get",
  summary: "One molecule with its steps.",
  data: z.object({ molecule: beadId }),
  reply: moleculeView,
});
