import { z } from "zod";
import { rescuedWork } from "../dispatcher/agent-reports.ts";
import { beadId, branchName, commitId, rigId, rigPrefix } from "../ids.ts";
import { forgeKind, mergeSettings } from "../merge-settings.ts";
import { defineCommand } from "../message.ts";
import { body, endCause, label, priority, prState, severity, title } from "../model.ts";
import { policyOverride } from "../policy.ts";
import { envChange, roleInstructions, roleModels } from "../settings.ts";

const generation = z.int().min(1);
const time = z.iso.datetime();

// What people ask for (published by the gateway).

export const createTown = defineCommand({
  owner: "town",
  entity: "town",
  verb: "create",
  summary: "Make a town. Refused as already_exists when there is one of that id.",
  data: z.object({
    name: title,
    policy: policyOverride.default({}),
    model: z.string().min(1).max(200).nullable().default(null),
  }),
});
export const updateTown = defineCommand({
  owner: "town",
  entity: "town",
  verb: "update",
  summary: "Change a town's name, model or policy; policy fields given replace those stored, others stay.",
  data: z.object({
    name: title.optional(),
    policy: policyOverride.optional(),
    model: z.string().min(1).max(200).nullable().optional(),
    models: roleModels.optional(),
    instructions: roleInstructions.optional(),
    env: envChange.optional(),
  }),
});
export const addRig = defineCommand({
  owner: "town",
  entity: "rig",
  verb: "add",
  summary:
    "Add a repository to a town. The local forge imports it, others are asked for it; the rig is ready when the forge says so.",
  data: z.object({
    rig: rigId,
    prefix: rigPrefix,
    /** A path or URL git can clone from; on GitHub and GitLab the URL of the repository's page. */
    source: z.string().min(1).max(2000),
    /** Where its pull requests are. */
    forge: forgeKind.default("local"),
    /** Null: the source's own HEAD. */
    defaultBranch: branchName.nullable().default(null),
    /** The shell command that must succeed on a pull request's head; null: no check. */
    check: z.string().min(1).max(2000).nullable().default(null),
    requiredApprovals: z.int().min(0).max(10).default(0),
    merge: mergeSettings.default({}),
  }),
});
export const createBead = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "create",
  summary:
    "Record a work item. Unless it is held or blocked, the town gives it to a polecat by itself. Result: { bead }.",
  data: z.object({
    rig: rigId,
    title,
    body: body.default(""),
    priority: priority.default("medium"),
    labels: z.array(label).max(32).default([]),
    dependsOn: z.array(beadId).max(100).default([]),
    held: z.boolean().default(false),
    /** Deleted with it. */
    parent: beadId.optional(),
  }),
});
export const updateBead = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "update",
  summary:
    "Change a live bead; fields not given stay. dependsOn replaces all dependencies; a cycle is refused and named.",
  data: z.object({
    bead: beadId,
    title: title.optional(),
    body: body.optional(),
    priority: priority.optional(),
    labels: z.array(label).max(32).optional(),
    dependsOn: z.array(beadId).max(100).optional(),
    held: z.boolean().optional(),
  }),
});
export const closeBead = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "close",
  summary:
    "End a bead by hand: its agent is stopped, its pull request closed, its dependants go on. Closing a closed bead changes nothing.",
  data: z.object({ bead: beadId, reason: z.string().max(2000).default("") }),
});
export const slingBead = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "sling",
  summary:
    "Send an open bead to work: lifts its hold and any dispatch cool-down, and hooks it to the named polecat when one is named.",
  data: z.object({ bead: beadId, agent: beadId.optional() }),
});

// What agents do (published by the container host under the agent's identity: actor `agent:<id>`).

export const agentDone = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "done",
  summary: "An agent ends its work on its hooked bead, with an explicit outcome (W18).",
  data: z.object({
    agent: beadId,
    generation,
    bead: beadId,
    /** Polecats: completed or failed. Refineries: approved or changes_requested, or failed. */
    outcome: z.enum(["completed", "failed", "approved", "changes_requested"]),
    branch: branchName.optional(),
    /** The pushed head the outcome is about. */
    head: commitId.optional(),
    summary: z.string().max(20_000).default(""),
  }),
});
export const agentCheckpoint = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "checkpoint",
  summary: "Keep a note with the agent's hooked bead; whoever works on the bead next is given it.",
  data: z.object({ agent: beadId, generation, data: z.record(z.string(), z.unknown()) }),
});
export const agentStatusMessage = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "status",
  summary: "Show what the agent is doing, in 1-280 characters.",
  data: z.object({ agent: beadId, generation, message: z.string().min(1).max(280) }),
});
export const sendMail = defineCommand({
  owner: "town",
  entity: "mail",
  verb: "send",
  summary: "Put a message into an agent's mailbox. Result: { bead }.",
  data: z.object({ to: beadId, subject: title, body: body.default("") }),
});
export const checkMail = defineCommand({
  owner: "town",
  entity: "mail",
  verb: "check",
  summary:
    "Take an agent's undelivered mail: each message is handed out once. Result: { mail: [{ bead, from, subject, body, at }] }.",
  data: z.object({ agent: beadId }),
});
export const raiseEscalation = defineCommand({
  owner: "town",
  entity: "escalation",
  verb: "raise",
  summary: "Ask people for help: an escalation bead. Result: { bead }.",
  data: z.object({
    agent: beadId.optional(),
    bead: beadId.optional(),
    title,
    body: body.default(""),
    severity: severity.default("medium"),
  }),
});

// Facts told by other services.

export const reportRig = defineCommand({
  owner: "town",
  entity: "rig",
  verb: "report",
  summary: "The forge tells whether a rig's repository can be used (from scm).",
  data: z.object({
    rig: rigId,
    state: z.enum(["ready", "failed"]),
    defaultBranch: branchName.nullable(),
    cloneUrl: z.string().nullable(),
    reason: z.string().nullable(),
  }),
});
export const reportAgent = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "report",
  summary:
    "The dispatcher tells what runs: one start of an agent is running, or has ended. A report of an older generation changes nothing.",
  data: z.object({
    agent: beadId,
    generation,
    state: z.enum(["running", "exited", "failed"]),
    /** For people: how it ended, or why it could not start. */
    reason: z.string().max(500),
    /** Exited: what rules go by (W8). Whoever does not say it says nothing in the agent's favour. */
    cause: endCause.optional(),
    at: time,
  }),
});
export const reportHeartbeat = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "heartbeat",
  summary:
    "The dispatcher passes on that agents are alive, and when each last did something: two facts, kept apart (W28).",
  data: z.object({
    agents: z
      .array(
        z.object({
          agent: beadId,
          generation,
          aliveAt: time,
          activeAt: time.nullable(),
          /** Used by this start so far; it only grows. */
          tokens: z.int().min(0).default(0),
          microUsd: z.int().min(0).default(0),
          /** A tool runs at this moment. */
          busy: z.boolean().default(false),
        }),
      )
      .max(500),
  }),
});
export const reportRescue = defineCommand({
  owner: "town",
  entity: "bead",
  verb: "report_rescue",
  summary:
    "The dispatcher tells that work for a bead would have been lost, and where it is now; it stands in the bead's history.",
  data: rescuedWork.extend({ bead: beadId }),
});
export const reportPull = defineCommand({
  owner: "town",
  entity: "pr",
  verb: "report",
  summary:
    "The forge tells the state of a bead's pull request (from scm): a whole view each time, older ones change nothing.",
  data: z.object({
    bead: beadId,
    rig: rigId,
    number: z.int().min(1),
    url: z.string(),
    head: commitId,
    state: prState,
    causes: z.array(z.object({ state: prState, message: z.string().max(20_000) })),
    since: time,
    mergeCommit: commitId.nullable(),
    /** Grows with every report of this pull request. */
    revision: z.int().min(1),
    /** Its branches, as the forge has them. */
    branch: branchName,
    base: branchName,
  }),
});
