import { z } from "zod";
import { beadId, nudgeId } from "../ids.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { agentView } from "../model.ts";

const generation = z.int().min(1);
const model = z.string().min(1).max(200).nullable();

/** What becomes of it when a town's mayor is wanted: the labels of kilo-town §7.1. */
export const mayorDecision = z.enum([
  "short_circuit_warm",
  "short_circuit_idle",
  "sdk_dead_redispatch",
  "fresh_dispatch",
]);
export type MayorDecision = z.infer<typeof mayorDecision>;

/** What people see of a mayor (kilo-town §7.3). `starting`: it was sent, or is about to be, and is not heard of yet. */
export const mayorStatus = z.enum(["active", "idle", "starting"]);
export type MayorStatus = z.infer<typeof mayorStatus>;

/** What the dispatcher says of the newest start of a mayor. */
export const mayorSeen = z.object({
  generation: z.int().min(0),
  /** It is being started, or runs. */
  alive: z.boolean(),
  /** Its agent server is up and has a session. */
  session: z.boolean(),
  /** It is in a turn. */
  busy: z.boolean(),
});
export type MayorSeen = z.infer<typeof mayorSeen>;

export const ensureMayor = defineCommand({
  owner: "town",
  entity: "mayor",
  verb: "ensure",
  summary:
    "Somebody opens the town: its mayor is made if there is none, and started if it does not run. Result: { agent, decisions, status }.",
  data: z.object({
    /** Null: nothing is known of it. */
    seen: mayorSeen.nullable().default(null),
  }),
});
/** The result of `ensureMayor`. */
export const ensuredMayor = z.object({
  agent: beadId,
  decisions: z.array(mayorDecision),
  status: mayorStatus,
});
export type EnsuredMayor = z.infer<typeof ensuredMayor>;

export const tellMayor = defineCommand({
  owner: "town",
  entity: "mayor",
  verb: "tell",
  summary:
    "Say something to the mayor, who is made and started for it; it is kept until he was given it. Result: { agent, nudge, status }.",
  data: z.object({
    message: z.string().trim().min(1, "must not be empty").max(12_000),
    /** What the person looks at, told before the message; it is shortened to what the message leaves of 12,000 characters. */
    context: z.string().max(12_000).nullable().default(null),
  }),
});
/** The result of `tellMayor`. */
export const toldMayor = z.object({ agent: beadId, nudge: nudgeId, status: mayorStatus });
export type ToldMayor = z.infer<typeof toldMayor>;

export const reportModel = defineCommand({
  owner: "town",
  entity: "agent",
  verb: "report_model",
  summary:
    "The dispatcher tells what became of a wish for another model. A report of an older generation changes nothing.",
  data: z.object({
    agent: beadId,
    generation,
    /** What was wished; null: the installation's model. */
    wished: model,
    /** What its next turn has, as its server says; null when nobody knows. */
    model,
    /** Why the wish did not come true; null when it did. */
    failure: z.string().max(500).nullable(),
  }),
});

export const mayorEnsured = defineEvent({
  owner: "town",
  entity: "mayor",
  verb: "ensured",
  summary: "Somebody opened the town: what was decided about its mayor (kilo-town §7.1).",
  data: ensuredMayor,
});
export const mayorDispatched = defineEvent({
  owner: "town",
  entity: "mayor",
  verb: "dispatched",
  summary: "A mayor was sent to work: somebody wants to speak with it, or something is to be said to it.",
  data: z.object({ agent: beadId, generation }),
});

export const getMayor = defineQuery({
  owner: "town",
  entity: "mayor",
  verb: "get",
  summary: "A town's mayor: what people see of it, and how much is still to be said to it.",
  data: z.object({}),
  reply: z.object({
    /** Null: the town has none yet. */
    mayor: z
      .object({
        agent: agentView,
        status: mayorStatus,
        /** When it last did something; when it was made, if it never did (kilo-town §7.3). */
        lastActivityAt: z.iso.datetime(),
        /** Messages that it was not given yet. */
        pending: z.int(),
        unreadMail: z.int(),
      })
      .nullable(),
  }),
});
