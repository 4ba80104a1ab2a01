import {
  beadId,
  beadStatus,
  beadType,
  createBead,
  explainBead,
  getBead,
  getBeadHistory,
  issueKind,
  listBeads,
  pageOf,
  rigId,
  type Verdict,
} from "@gastown/contracts";
import { z } from "zod";
import { bead, history, whyThere } from "../api/named-schemas.ts";
import { beadPath, flag, pageQuery, several, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Beads";
const beadResult = z.object({ bead: beadId });

/** The bead that an applied `createBead` made. */
export function madeBead(verdict: Verdict): string {
  return beadResult.parse(verdict.result).bead;
}

export const beadOperations: Operation[] = [
  operation({
    id: "listBeads",
    method: "get",
    path: "/v1/towns/{town}/beads",
    tag,
    summary: "List beads, newest first",
    scope: "read",
    params: townPath,
    query: pageQuery.extend({
      rig: rigId.optional(),
      status: several(beadStatus).optional().describe("One or several, separated by commas"),
      type: several(beadType).optional().describe("One or several, separated by commas"),
      label: z.string().optional(),
      kind: several(issueKind).optional().describe("One or several kinds of work items, separated by commas"),
      convoy: beadId.optional().describe("Only this convoy's"),
      parent: beadId.optional().describe("Only those below this bead"),
      ready: flag.optional().describe("Only those that could be dispatched now"),
    }),
    reply: pageOf(bead),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listBeads, { town: params.town, data: query, signal }),
  }),
  commandOperation({
    id: "createBead",
    method: "post",
    path: "/v1/towns/{town}/beads",
    tag,
    summary: "Record a work item",
    description: "Unless it is held or blocked, the town gives it to a polecat by itself.",
    params: townPath,
    body: createBead.data.strict(),
    descriptor: createBead,
    town: ({ params }) => params.town,
    data: ({ body }) => body,
    status: 201,
    reply: bead,
    read: ({ params }, verdict, context) =>
      askOwner(context, getBead, { town: params.town, data: { bead: madeBead(verdict) } }),
    location: ({ params }, verdict) => `/v1/towns/${params.town}/beads/${madeBead(verdict)}`,
  }),
  operation({
    id: "getBead",
    method: "get",
    path: "/v1/towns/{town}/beads/{bead}",
    tag,
    summary: "Show a bead",
    scope: "read",
    params: beadPath,
    reply: bead,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, getBead, { town: params.town, data: { bead: params.bead }, signal }),
  }),
  operation({
    id: "getBeadHistory",
    method: "get",
    path: "/v1/towns/{town}/beads/{bead}/history",
    tag,
    summary: "What happened to a bead, oldest first",
    scope: "read",
    params: beadPath,
    query: pageQuery,
    reply: pageOf(history),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, getBeadHistory, { town: params.town, data: { bead: params.bead, ...query }, signal }),
  }),
  operation({
    id: "explainBead",
    method: "get",
    path: "/v1/towns/{town}/beads/{bead}/explain",
    tag,
    summary: "Why a bead is where it is and what would move it",
    scope: "read",
    params: beadPath,
    reply: whyThere,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, explainBead, { town: params.town, data: { bead: params.bead }, signal }),
  }),
];
