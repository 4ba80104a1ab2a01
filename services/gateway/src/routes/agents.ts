import { readOutput } from "@gastown/bus";
import { getAgent, listAgents, listContainers, listPlaces, noTown, pageOf, rigId } from "@gastown/contracts";
import { z } from "zod";
import { agent, container, output, places, queue } from "../api/agent-schemas.ts";
import { agentPath, pageQuery, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Agents";

export const agentOperations: Operation[] = [
  operation({
    id: "listAgents",
    method: "get",
    path: "/v1/towns/{town}/agents",
    tag,
    summary: "List a town's agents, by id",
    scope: "read",
    params: townPath,
    query: pageQuery.extend({ rig: rigId.optional() }),
    reply: pageOf(agent),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listAgents, { town: params.town, data: query, signal }),
  }),
  operation({
    id: "getAgent",
    method: "get",
    path: "/v1/towns/{town}/agents/{agent}",
    tag,
    summary: "Show an agent",
    scope: "read",
    params: agentPath,
    reply: agent,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, getAgent, { town: params.town, data: { agent: params.agent }, signal }),
  }),
  operation({
    id: "getAgentOutput",
    method: "get",
    path: "/v1/towns/{town}/agents/{agent}/output",
    tag,
    summary: "The last lines of an agent's output, oldest first",
    description: "The stream keeps the last 2,000 lines of each agent; to follow, use the WebSocket with `agent=<id>`.",
    scope: "read",
    params: agentPath,
    query: z.strictObject({
      last: z.coerce.number().int().min(1).max(2000).default(100).describe("How many lines at most"),
    }),
    reply: z.object({ items: z.array(output), next: z.null() }),
    async handle({ params: { town, agent: id }, query }, { signal }, context) {
      const { seq } = await askOwner(context, getAgent, { town, data: { agent: id }, signal });
      return { seq, data: { items: await readOutput(context.bus, { town, agent: id, last: query.last }), next: null } };
    },
  }),
  operation({
    id: "listContainers",
    method: "get",
    path: "/v1/towns/{town}/containers",
    tag,
    summary: "A town's containers with their agents, as last observed, and what starts wait for",
    description:
      "A start that does not run yet has `waits`: since when, and for what; `refusal` is what the container said last. `places` are the caps, and this town's place in the queue.",
    scope: "read",
    params: townPath,
    reply: z.object({ items: z.array(container), next: z.null(), places }),
    async handle({ params }, { signal }, context) {
      const { seq, data } = await askOwner(context, listContainers, { town: params.town, data: {}, signal });
      return { seq, data: { items: data.containers, next: null, places: data.places } };
    },
  }),
  operation({
    id: "getQueue",
    method: "get",
    path: "/v1/queue",
    tag,
    summary: "The installation's places for containers, and who waits for one",
    description:
      "A place goes to the town that waited longest. A container without work gives its place up for a town that waits.",
    scope: "read",
    installation: true,
    reply: queue,
    handle: (_, { signal }, context) => askOwner(context, listPlaces, { town: noTown, data: {}, signal }),
  }),
];
