import { z } from "zod";
import { beadId } from "../ids.ts";
import { defineQuery } from "../message.ts";
import { beadStatus, beadType, page } from "../model.ts";

const time = z.iso.datetime();

export const dryRunReconcile = defineQuery({
  owner: "town",
  entity: "town",
  verb: "dry-run",
  summary: "What the rules would decide now, and why; nothing is changed or sent.",
  data: z.object({}),
  reply: z.object({
    at: time,
    decisions: z.array(
      z.object({
        rule: z.string(),
        decision: z.string(),
        /** Beads, agents and rigs it is about. */
        about: z.array(z.string()),
        /** What it would change, in words of the history. */
        changes: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
        commands: z.array(z.string()),
      }),
    ),
    waiting: z.array(z.object({ bead: z.string(), rule: z.string(), says: z.string(), movesWhen: z.string() })),
    settled: z.boolean(),
    nextLookAt: time.nullable(),
  }),
});

/** One entry of a town's log of inputs: a command that was applied, or a look of the rules that changed something. */
export const logEntryView = z.object({
  seq: z.int(),
  at: time,
  kind: z.enum(["input", "look"]),
  /** The command's type, or `reconcile`. */
  type: z.string(),
  actor: z.string(),
  cause: z.string(),
  changes: z.array(z.string()),
});

export const replayTown = defineQuery({
  owner: "town",
  entity: "town",
  verb: "replay",
  summary:
    "The town as it was, rebuilt from its stored inputs, and whether deciding them again gives the same: up to a time, a log entry or an event's stream sequence.",
  data: z.object({ ...page, at: time.optional(), entry: z.int().min(0).optional(), seq: z.int().min(1).optional() }),
  reply: z.object({
    /** The last entry that was applied, and when it was. */
    entry: z.int(),
    at: time.nullable(),
    entries: z.int(),
    /** Deciding every input again gave the changes that were stored. */
    deterministic: z.boolean(),
    /** Only when replayed to the end: the state that follows is the one that is stored. */
    followsToday: z.boolean().nullable(),
    /** Where deciding again gave something else, or what differs from today. */
    differences: z.array(z.string()),
    beads: z.array(
      z.object({
        bead: beadId,
        type: beadType,
        status: beadStatus,
        title: z.string(),
        assignee: beadId.nullable(),
        rig: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
    agents: z.record(z.string(), z.int()),
  }),
});

export const listLog = defineQuery({
  owner: "town",
  entity: "log",
  verb: "list",
  summary: "The stored inputs of a town, oldest first.",
  data: z.object(page),
  reply: z.object({ items: z.array(logEntryView), next: z.string().nullable() }),
});
