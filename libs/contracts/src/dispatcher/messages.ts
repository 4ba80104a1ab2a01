import { z } from "zod";
import { beadId, branchName, commitId, messageId, nudgeId, rigId } from "../ids.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { beadType, endCause } from "../model.ts";
import { envName, sealedValue } from "../settings.ts";
import { verdict } from "../verdict.ts";
import { issueKind } from "../work.ts";
import { modelName, startDetails } from "./agent-reports.ts";
import { placesView, waitingStart } from "./queue-queries.ts";

const generation = z.int().min(1);
const time = z.iso.datetime();

/** What every start is told, whoever it is. */
const anyJob = {
  agent: beadId,
  /** Which start of this agent it is: 1, 2, ... A start of the same generation twice is one start. */
  generation,
  name: z.string(),
  identity: z.string(),
  /** The hooked bead. For a refinery: the merge request's bead. For a mayor: its own agent bead. */
  bead: z.object({ bead: beadId, type: beadType, title: z.string(), body: z.string() }),
  review: z
    .object({
      pull: z.int(),
      url: z.string(),
      head: commitId,
      source: z.object({ bead: beadId, title: z.string(), body: z.string() }),
    })
    .nullable(),
  /** What came back from reviewers or checks; null on the first round. */
  feedback: z.string().nullable(),
  checkpoint: z.record(z.string(), z.unknown()).nullable(),
  /** Null: the installation's model. */
  model: z.string().nullable(),
  /** What the town and the rig say to this role besides its prompt, widest first. */
  instructions: z.array(z.string()).default([]),
  /** Variables for the agent, sealed; the dispatcher opens them right before the start. */
  env: z.record(envName, sealedValue).default({}),
  /** The steps to walk through, when its bead has a molecule. */
  molecule: beadId.nullable().default(null),
  /** `lightweight`: no repository is needed for it (triage). */
  kind: issueKind.default("task"),
};

/** Who works in a repository. */
const workerJob = z.object({
  ...anyJob,
  role: z.enum(["polecat", "refinery"]),
  rig: z.object({ rig: rigId, defaultBranch: branchName, check: z.string().nullable() }),
  /** The branch of the worktree: `gt/<agent slug>/<bead>` (kilo-container-api §4.5); for a refinery the branch under review. */
  branch: branchName,
  /** The branch it will be merged into, and starts from. */
  base: branchName,
});
export type WorkerJob = z.infer<typeof workerJob>;

/** Who belongs to the whole town: no rig, and nothing to commit to (kilo-container-api §2.2). */
export const mayorJob = z.object({
  ...anyJob,
  role: z.literal("mayor"),
  rig: z.null().default(null),
  branch: z.null().default(null),
  base: z.null().default(null),
});
export type MayorJob = z.infer<typeof mayorJob>;

/** All an agent is told at its start. The clone URL and its credential are not here: the container asks scm for them. */
export const job = z.discriminatedUnion("role", [workerJob, mayorJob]);
export type Job = z.infer<typeof job>;

/** The job as a worker's. Throws for a mayor's: for who knows that it is about work in a repository. */
export function workerOf(one: Job): WorkerJob {
  if (one.role === "mayor") throw new Error(`${one.agent} is a mayor: it has no rig and no branch`);
  return one;
}

export const startAgent = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "start",
  summary: "Wish that this start of an agent runs.",
  data: job,
});
export const stopAgent = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "stop",
  summary: "Wish that an agent does not run: starts up to this generation end, their work saved and pushed.",
  data: z.object({ agent: beadId, generation, reason: z.string() }),
});
export const nudgeAgent = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "nudge",
  summary:
    "Say something to a running agent, at once or when its turn ends; the same nudge twice is said once. Told to the town as nudge.report.",
  data: z.object({
    agent: beadId,
    generation,
    nudge: nudgeId,
    message: z.string().max(12_000),
    mode: z.enum(["immediate", "wait-idle"]),
  }),
});
export const changeAgentModel = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "change_model",
  summary:
    "Wish another model for a start of an agent, from its next turn on; the newest wish counts. What became of it is told to the town as agent.report_model.",
  data: z.object({
    agent: beadId,
    generation,
    /** Null: the installation's model. */
    model: modelName.nullable(),
  }),
});
export const forgetTownContainers = defineCommand({
  owner: "dispatcher",
  entity: "town",
  verb: "forget",
  summary: "A town was deleted: its containers are stopped and removed, nothing is wished for it any more.",
  data: z.object({}),
});
export const reportContainerAgent = defineCommand({
  owner: "dispatcher",
  entity: "agent",
  verb: "report",
  summary: "A container host tells that a start of an agent runs, or has ended.",
  data: z.object({
    agent: beadId,
    generation,
    state: z.enum(["running", "exited", "failed"]),
    reason: z.string().max(500),
    cause: endCause.optional(),
    at: time,
    /** Whose it is: a container that is not the town's any more has no say in a newer one's agents. */
    container: z.string().optional(),
    /** With the first report of a start: how it went. */
    start: startDetails.optional(),
  }),
});
export const containerHeartbeat = defineCommand({
  owner: "dispatcher",
  entity: "container",
  verb: "heartbeat",
  summary: "A container host is alive, and so are these agents.",
  data: z.object({
    container: z.string(),
    agents: z.array(
      z.object({
        agent: beadId,
        generation,
        aliveAt: time,
        activeAt: time.nullable(),
        inputTokens: z.int(),
        outputTokens: z.int(),
        microUsd: z.int().default(0),
        busy: z.boolean().default(false),
      }),
    ),
  }),
});

export const containerStarted = defineEvent({
  owner: "dispatcher",
  entity: "container",
  verb: "started",
  summary: "A town's container runs.",
  data: z.object({ container: z.string(), runtime: z.string() }),
});
export const containerStopped = defineEvent({
  owner: "dispatcher",
  entity: "container",
  verb: "stopped",
  summary: "A town's container does not run any more.",
  data: z.object({ container: z.string(), reason: z.string() }),
});
export const containerIdleStop = defineEvent({
  owner: "dispatcher",
  entity: "container",
  verb: "idle_stop",
  summary: "A town's container is stopped since nobody uses it; `error` when that failed, and it is tried again.",
  data: z.object({ container: z.string(), reason: z.string(), error: z.string().max(300).nullable() }),
});
export const agentStarted = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "started",
  summary: "An agent's server is up and was prompted.",
  data: z.object({ agent: beadId, generation, container: z.string() }),
});
export const agentExited = defineEvent({
  owner: "dispatcher",
  entity: "agent",
  verb: "exited",
  summary: "An agent does not run any more, or could not start.",
  data: z.object({ agent: beadId, generation, state: z.enum(["exited", "failed"]), reason: z.string() }),
});

export const listContainers = defineQuery({
  owner: "dispatcher",
  entity: "container",
  verb: "list",
  summary: "A town's containers with their agents, as last observed.",
  data: z.object({}),
  reply: z.object({
    containers: z.array(
      z.object({
        container: z.string(),
        state: z.enum(["starting", "running", "stopping", "stopped"]),
        seenAt: time.nullable(),
        agents: z.array(
          z.object({
            agent: beadId,
            generation,
            state: z.string(),
            /** Since when it runs, is being started or stopped, or waits. */
            since: time,
            inputTokens: z.int(),
            outputTokens: z.int(),
            /** Null when it runs, or is being started or stopped. */
            waits: waitingStart.nullable(),
          }),
        ),
      }),
    ),
    /** `ahead`: towns that waited longer for a place, when this one waits. */
    places: placesView.extend({ ahead: z.int().nullable() }),
  }),
});
/** What the dispatcher knows of an agent's newest start, right now. */
export const agentSeen = z.object({
  generation,
  /** It is being started, or runs. */
  alive: z.boolean(),
  /** Its container host says that its agent server is up and has a session. False as well when the host does not answer. */
  session: z.boolean(),
  /** It is in a turn. */
  busy: z.boolean(),
  /** The container that was asked for it; null before that. */
  container: z.string().nullable(),
});
export type AgentSeen = z.infer<typeof agentSeen>;
export const lookAtAgent = defineQuery({
  owner: "dispatcher",
  entity: "agent",
  verb: "look",
  summary:
    "How an agent's newest start is, as its container host says now (10 s at most); null when no start is known, or the host does not say.",
  data: z.object({ agent: beadId }),
  reply: z.object({ seen: agentSeen.nullable() }),
});
export const getDispatcherVerdict = defineQuery({
  owner: "dispatcher",
  entity: "command",
  verb: "get",
  summary: "The verdict of a command, from the inbox; null while it has none.",
  data: z.object({ command: messageId }),
  reply: z.object({ verdict: verdict.nullable() }),
});
