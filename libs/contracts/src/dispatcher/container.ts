import { z } from "zod";
import { beadId, nudgeId } from "../ids.ts";
import { agentProgram } from "./agent-programs.ts";
import { modelName } from "./agent-reports.ts";
import { job } from "./messages.ts";

/**
 * What the dispatcher asks of a container host, on `container.<town>.<verb>` (core request/reply: the intent is durable in
 * the dispatcher, so a lost request is asked again). The answers are acknowledgements; what became of a start is told by
 * `cmd.dispatcher.<town>.agent.report`.
 */
const generation = z.int().min(1);
const start = z.intersection(job, z.object({ variables: z.record(z.string(), z.string()).default({}) }));
export const containerRequests = {
  /** Begins the start; the same agent and generation twice is one start. `accepted: false` while draining. */
  start: {
    data: start,
    reply: z.object({ accepted: z.boolean(), reason: z.string().nullable() }),
  },
  /**
   * Ends starts of the agent up to the generation, saving work. `force`: it was asked before and did not end in time; whatever may be
   * left out is (work that is not saved stays in its worktree, where the next start finds it).
   */
  stop: {
    data: z.object({ agent: beadId, generation, reason: z.string(), force: z.boolean().default(false) }),
    reply: z.object({ accepted: z.boolean() }),
  },
  /**
   * Says something to a running agent; a nudge that was said already is not said again. `accepted` and not yet `given`: it is
   * said when the turn ends (or the start is through); the host's next heartbeat comes then, and asking again tells.
   */
  nudge: {
    data: z.object({
      agent: beadId,
      generation,
      nudge: nudgeId,
      message: z.string(),
      mode: z.enum(["immediate", "wait-idle"]),
    }),
    reply: z.object({ accepted: z.boolean(), given: z.boolean().default(false), reason: z.string().nullable() }),
  },
  /**
   * Wishes another model for a start: the turn under way ends with the old one, the next one has the new. The newest wish counts.
   * What became of it is told by `cmd.dispatcher.<town>.agent.tell_model`.
   */
  model: {
    data: z.object({ agent: beadId, generation, model: modelName }),
    reply: z.object({ accepted: z.boolean(), reason: z.string().nullable() }),
  },
  /**
   * Gets ready for a start of an agent that is yet to come: its session is put in place and its server brought up, as that start would do
   * it. The newest counts: what was got ready for another configuration is ended.
   */
  prewarm: { data: start, reply: z.object({ accepted: z.boolean() }) },
  /** Replaces what the host itself holds to reach the model service; agents have none of it, so that none is restarted. */
  credentials: {
    data: z.object({ modelKey: z.string().min(1).nullable() }),
    reply: z.object({ accepted: z.boolean() }),
  },
  /** Which agent programs there are where agents run, each started for a look. Takes seconds. */
  programs: { data: z.object({}), reply: z.object({ programs: z.array(agentProgram) }) },
  /** What runs now. */
  status: {
    data: z.object({}),
    reply: z.object({
      container: z.string(),
      startedAt: z.iso.datetime(),
      draining: z.boolean(),
      /** Stands for the key it holds for the model service (`keyMark` of libs/bus); null when it has none. Left out: it does not say. */
      keyMark: z.string().nullable().optional(),
      agents: z.array(
        z.object({
          agent: beadId,
          generation,
          state: z.enum(["starting", "running", "stopping"]),
          activeAt: z.iso.datetime().nullable(),
          /** Its agent server is up (it has a port) and has a session. */
          session: z.boolean().default(false),
          /** It is in a turn. */
          busy: z.boolean().default(false),
        }),
      ),
    }),
  },
  /** Save and push all work, then end. */
  drain: { data: z.object({ reason: z.string() }), reply: z.object({ accepted: z.boolean() }) },
} as const;
export type ContainerVerb = keyof typeof containerRequests;

/**
 * How a container host's stop ends when all agents have: so long it waits at most until its last reports are taken, and then closes its
 * connections. The dispatcher leaves as much of the grace before it kills, the host takes no more.
 */
export const containerEndMs = { lastWords: 2_000, closing: 1_000 } as const;

/** One line of an agent's output on `out.<town>.<agent>` (stream `OUT`). */
export const outputLine = z.object({
  at: z.iso.datetime(),
  agent: beadId,
  generation,
  kind: z.enum(["text", "tool", "status", "error"]),
  text: z.string().max(8_000),
});
export type OutputLine = z.infer<typeof outputLine>;
