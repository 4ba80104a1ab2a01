import { z } from "zod";
import { beadId, branchName, nudgeId, rigId } from "./ids.ts";
import { mergeMode } from "./policy.ts";

const time = z.iso.datetime();

/**
 * What kind of work item an issue is. `task`: what people and convoys ask for. `fixup`: repairs a pull request that has no
 * author in the town; done closes it. `step`: a step of a molecule, walked by the agent of its source. `triage-request`: a
 * question about an agent that nobody is dispatched for. `triage-batch`: sends a polecat to answer those; done closes it.
 */
export const issueKind = z.enum(["task", "fixup", "step", "triage-request", "triage-batch"]);
export type IssueKind = z.infer<typeof issueKind>;

/** What work has used: dispatches, agent time, tokens and, where the model provider tells it, money. */
export const spent = z.object({
  dispatches: z.int(),
  agentMs: z.int(),
  tokens: z.int(),
  /** Millionths of a dollar. */
  microUsd: z.int(),
});
export type Spent = z.infer<typeof spent>;

/** A step of a molecule and the steps (by id) that come before it. */
export const stepView = z.object({ id: z.string(), needs: z.array(z.string()) });

/** Kilo-town §1.8. */
export const triageType = z.enum(["stuck_agent", "escalation", "crash_loop", "help_request"]);
export type TriageType = z.infer<typeof triageType>;
export const triageAction = z.enum([
  "RESTART",
  "RESTART_WITH_BACKOFF",
  "CLOSE_BEAD",
  "ESCALATE",
  "NUDGE",
  "REASSIGN_BEAD",
  "PROVIDE_GUIDANCE",
]);
export type TriageAction = z.infer<typeof triageAction>;
export const triageView = z.object({
  type: triageType,
  /** The agent it is about, and the bead that was hooked when it was asked. */
  agent: beadId.nullable(),
  about: beadId.nullable(),
  escalation: beadId.nullable(),
  options: z.array(triageAction),
  resolution: z.object({ action: triageAction, notes: z.string() }).nullable(),
});
export type TriageView = z.infer<typeof triageView>;

export const convoyView = z.object({
  convoy: beadId,
  title: z.string(),
  status: z.enum(["staged", "active", "landing", "landed", "closed", "failed"]),
  mergeMode,
  /** The branch its work is gathered on; null with review-and-merge. */
  branch: branchName.nullable(),
  beads: z.array(beadId),
  total: z.int(),
  /** Closed, with nothing of theirs in review any more. */
  closed: z.int(),
  failed: z.int(),
  /** One for each rig its beads are in, with review-then-land. */
  landings: z.array(
    z.object({
      rig: rigId,
      branchState: z.enum(["none", "ready", "failed"]),
      attempts: z.int(),
      request: beadId.nullable(),
      landedAt: time.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  spent,
  createdAt: time,
  landedAt: time.nullable(),
});
export type ConvoyView = z.infer<typeof convoyView>;

export const moleculeView = z.object({
  molecule: beadId,
  formula: z.string(),
  source: beadId,
  status: z.enum(["active", "completed", "failed"]),
  steps: z.array(
    z.object({
      step: z.string(),
      bead: beadId,
      title: z.string(),
      body: z.string(),
      needs: z.array(z.string()),
      state: z.enum(["waiting", "ready", "done", "failed"]),
    }),
  ),
});
export type MoleculeView = z.infer<typeof moleculeView>;

export const nudgeMode = z.enum(["immediate", "wait-idle", "queue"]);
export const nudgeState = z.enum(["pending", "delivered", "expired", "failed"]);
export const nudgeView = z.object({
  nudge: nudgeId,
  agent: beadId,
  message: z.string(),
  mode: nudgeMode,
  priority: z.enum(["normal", "urgent"]),
  source: z.string(),
  state: nudgeState,
  /** Why it failed or expired. */
  reason: z.string().nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  /** The receipt: when the agent was given it. */
  deliveredAt: time.nullable(),
});
export type NudgeView = z.infer<typeof nudgeView>;

/** A formula as the town gets it: parsed from TOML at the edge, its variables filled in. */
export const formula = z.object({
  name: z.string().min(1).max(100),
  description: z.string().max(10_000).default(""),
  steps: z
    .array(
      z.object({
        id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "must be 1-40 of a-z, 0-9, '_' and '-'"),
        title: z.string().min(1).max(200),
        body: z.string().max(20_000).default(""),
        needs: z.array(z.string()).max(50).default([]),
      }),
    )
    .min(1)
    .max(50),
});
export type Formula = z.infer<typeof formula>;
