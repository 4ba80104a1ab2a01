import { z } from "@hono/zod-openapi";
import {
  agentSeen,
  agentView,
  ensuredMayor,
  getMayor,
  listContainers,
  listPlaces,
  outputLine,
} from "@gastown/contracts";
import { named } from "./name-schema.ts";

/** Agents, where they run, and what they say. */
export const agent = named("Agent", agentView, "A coding agent of a town. Agents are beads.");
const mayorFields = getMayor.reply.shape.mayor.unwrap().shape;
export const mayor = named(
  "Mayor",
  z.object({
    ...mayorFields,
    agent,
    session: agentSeen
      .nullable()
      .describe(
        "Its newest start, as its container says now: whether its agent server is up and has a session. Null when nothing is known of one, or the dispatcher does not answer.",
      ),
  }),
  "The agent of a town that people speak with.",
);
export const mayorEnsured = named(
  "EnsuredMayor",
  z.object({ decisions: ensuredMayor.shape.decisions, mayor }),
  "What was decided when the mayor was wanted, and the mayor as it is then; `mayor.status` is what the decision came to.",
);
export const container = named(
  "Container",
  listContainers.reply.shape.containers.element,
  "A container of a town with its agents, as last observed.",
);
export const places = named(
  "Places",
  listContainers.reply.shape.places,
  "The caps, how far the installation's places for containers are taken, and how many towns wait for one; `ahead` of them waited longer than this one. Null: it does not wait.",
);
export const queue = named(
  "Queue",
  listPlaces.reply,
  "The installation's places for containers: which towns have one, and which wait for one with which starts, the longest waiting first. At most 200 of each.",
);
export const output = named("OutputLine", outputLine, "One line of an agent's output.");
