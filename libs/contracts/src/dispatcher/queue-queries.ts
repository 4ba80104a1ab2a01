import { z } from "zod";
import { beadId, townId } from "../ids.ts";
import { defineQuery } from "../message.ts";

const time = z.iso.datetime();

/**
 * What a start that does not run yet waits for. `container_place`: one of the installation's places for containers. `container`: the
 * town's container, which comes up or goes down. `agent_place`: one of the places in the container. `refused`: the container did not take it,
 * and is asked again. `turn`: nothing, it is asked for next. `dispatch`: the dispatcher starts nothing now; it has no model to give, or closes.
 */
export const startWaitsFor = z.enum(["container_place", "container", "agent_place", "refused", "turn", "dispatch"]);
export type StartWaitsFor = z.infer<typeof startWaitsFor>;

/** A start that does not run yet. */
export const waitingStart = z.object({
  /** Since when it waits for this. */
  since: time,
  for: startWaitsFor,
  /**
   * Why it is not taken: what the container said when it was last asked, or that containers end as soon as they are started. Null when
   * neither is so.
   */
  refusal: z.string().nullable(),
});
export type WaitingStart = z.infer<typeof waitingStart>;

/** The caps, and how far the installation's places for containers are taken. */
export const placesView = z.object({
  /** Containers of all towns at the same time. */
  maxContainers: z.int(),
  /** Agents in one container at the same time. */
  maxAgents: z.int(),
  taken: z.int(),
  /** Towns that wait for a place. */
  waiting: z.int(),
});
export type PlacesView = z.infer<typeof placesView>;

export const listPlaces = defineQuery({
  owner: "dispatcher",
  entity: "place",
  verb: "list",
  summary:
    "The installation's places for containers: who has one, and who waits for one, the longest waiting first (installation-wide: town token `_`).",
  data: z.object({}),
  reply: placesView.extend({
    containers: z.array(
      z.object({
        town: townId,
        container: z.string(),
        state: z.enum(["starting", "running", "stopping"]),
        /** Agents that run in it, or are being started or stopped. */
        agents: z.int(),
        /** Starts that wait for it or for a place in it. */
        starts: z.int(),
      }),
    ),
    towns: z.array(z.object({ town: townId, since: time, starts: z.array(beadId) })),
  }),
});
