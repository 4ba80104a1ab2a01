import { z } from "zod";
import { beadId, commitId, rigId } from "../ids.ts";
import { defineCommand, defineEvent } from "../message.ts";

const generation = z.int().min(1);
const time = z.iso.datetime();
const ms = z.int().min(0);

/** A model as the installation's provider calls it. */
export const modelName = z.string().min(1).max(200);

/** What a start goes through before an agent can be spoken to (kilo-container-api §2.5). */
export const startPhase = z.enum(["workspace", "db_hydrated", "sdk_ready", "session_created", "prompted"]);
export type StartPhase = z.infer<typeof startPhase>;

/**
 * Why a start failed. `timeout`: it did not answer in time. `crashed`: the agent server ended while it started. `unavailable`:
 * there is no program, no port or no folder for it. `no_tools`: the town's tools could not be connected. `no_repository`: the clone or
 * the worktree could not be made. `bad_answer`: the agent server said something we do not understand.
 */
export const startFailure = z.enum([
  "timeout",
  "crashed",
  "unavailable",
  "no_tools",
  "no_repository",
  "bad_answer",
  "unknown",
]);
export type StartFailure = z.infer<typeof startFailure>;

/** How one start went: how long each phase took, and what could be used that was there already. */
export const startDetails = z.object({
  /** Milliseconds of each phase; a phase that was not come to is left out. */
  phases: z.partialRecord(startPhase, ms),
  /** From the beginning of the start to its last phase. */
  totalMs: ms,
  /** Its server was got ready before the start came. */
  prewarmed: z.boolean(),
  /** It went on in an earlier session, and was told nothing. */
  resumed: z.boolean(),
  /** Only of a start that failed. */
  failure: z.object({ phase: startPhase, kind: startFailure }).nullable(),
});
export type StartDetails = z.infer<typeof startDetails>;

const modelChange = {
  agent: beadId,
  generation,
  /** What was wished. */
  wished: modelName,
  /** What its next turn has, as its server says; null when that does not answer, or there is none (any more). */
  model: modelName.nullable(),
};

export const tellAgentModel = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "tell_model",
  summary: "A container host tells what became of a wish for another model.",
  data: z.object({
    ...modelChange,
    /** What it had before. */
    before: modelName,
    /** Why the wish did not come true; null when it did. */
    failure: z.string().max(500).nullable(),
    at: time,
    container: z.string(),
  }),
});
export const agentModelChanged = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "model_changed",
  summary: "An agent's next turn has another model, as its server says.",
  data: z.object({ ...modelChange, before: modelName }),
});
export const agentModelFailed = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "model_failed",
  summary: "An agent was not given another model; it goes on with the one that is told.",
  data: z.object({ ...modelChange, reason: z.string() }),
});
export const agentReady = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "ready",
  summary: "An agent's server is up: how long each phase of its start took, and what was there already.",
  data: z.object({ agent: beadId, generation, container: z.string(), ...startDetails.omit({ failure: true }).shape }),
});

/**
 * Why work of an agent was pushed by its host. `recovered`: its container died, and the branch is on the forge now as it was left.
 * The others are about work that is on a rescue branch, for people to look at, since it had no place on its own (decision 0022).
 * `moved_on`: somebody else went on with the branch. `unfinished`: it is on no branch, or a merge or a rebase was half done.
 * `foreign_branch`: the branch is one that agents do not push to.
 */
export const rescueCause = z.enum(["recovered", "moved_on", "unfinished", "foreign_branch"]);
export type RescueCause = z.infer<typeof rescueCause>;

/** Work that would have been lost, and where it is. */
export const rescuedWork = z.object({
  rig: rigId,
  /** Whose it is, and what it is for; null when its branch is in no worktree. */
  agent: beadId.nullable(),
  bead: beadId.nullable(),
  /** The branch it was meant for. */
  branch: z.string().min(1).max(300),
  /** The branch of the forge that has it. */
  pushedTo: z.string().min(1).max(300),
  head: commitId,
  why: rescueCause,
});
export type RescuedWork = z.infer<typeof rescuedWork>;

export const tellAgentRescue = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "tell_rescue",
  summary: "A container host tells that it brought work of an agent to the forge that would have been lost.",
  data: rescuedWork.extend({ at: time, container: z.string() }),
});
export const agentWorkRescued = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "work_rescued",
  summary:
    "Work of an agent that would have been lost is on the forge, on its own branch or on one for people to look at.",
  data: rescuedWork.extend({ at: time, container: z.string() }),
});
