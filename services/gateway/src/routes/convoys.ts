import {
  addToConvoy,
  beadId,
  closeConvoy,
  convoyView,
  createConvoy,
  getConvoy,
  listConvoys,
  pageOf,
  removeFromConvoy,
  startConvoy,
  type Verdict,
} from "@gastown/contracts";
import { z } from "zod";
import { convoy } from "../api/named-schemas.ts";
import { convoyBeadPath, convoyPath, pageQuery, several, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, type CommandForm } from "../commands/command-operation.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Convoys";
const path = "/v1/towns/{town}/convoys/{convoy}";
const convoyResult = z.object({ convoy: beadId });

function madeConvoy(verdict: Verdict): string {
  return convoyResult.parse(verdict.result).convoy;
}

/** What commands to one convoy have in common: its path, and the convoy as it is afterwards. */
const toConvoy = {
  tag,
  params: convoyPath,
  reply: convoy,
  town: ({ params }) => params.town,
  subject: ({ params }) => `bead/${params.convoy}`,
  read: ({ params }, _, context) =>
    askOwner(context, getConvoy, { town: params.town, data: { convoy: params.convoy } }),
} satisfies Partial<CommandForm<typeof startConvoy, typeof convoyPath, z.ZodObject, typeof convoy>>;

const { tasks } = createConvoy.data.shape;
const newConvoy = createConvoy.data.extend({ tasks: z.array(tasks.element.strict()).min(1).max(100) }).strict();

export const convoyOperations: Operation[] = [
  operation({
    id: "listConvoys",
    method: "get",
    path: "/v1/towns/{town}/convoys",
    tag,
    summary: "List a town's convoys with their progress, newest first",
    scope: "read",
    params: townPath,
    query: pageQuery.extend({
      status: several(convoyView.shape.status).optional().describe("One or several, separated by commas"),
    }),
    reply: pageOf(convoy),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listConvoys, { town: params.town, data: query, signal }),
  }),
  commandOperation({
    id: "createConvoy",
    method: "post",
    path: "/v1/towns/{town}/convoys",
    tag,
    summary: "Make a convoy with its tasks",
    description:
      "`dependsOn` names tasks by their position in the list, from 0; a cycle is refused and named. Unless it is staged, its tasks go to work.",
    params: townPath,
    body: newConvoy,
    descriptor: createConvoy,
    town: ({ params }) => params.town,
    data: ({ body }) => body,
    status: 201,
    reply: convoy,
    read: ({ params }, verdict, context) =>
      askOwner(context, getConvoy, { town: params.town, data: { convoy: madeConvoy(verdict) } }),
    location: ({ params }, verdict) => `/v1/towns/${params.town}/convoys/${madeConvoy(verdict)}`,
  }),
  operation({
    id: "getConvoy",
    method: "get",
    path,
    tag,
    summary: "Show a convoy",
    scope: "read",
    params: convoyPath,
    reply: convoy,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, getConvoy, { town: params.town, data: { convoy: params.convoy }, signal }),
  }),
  commandOperation({
    ...toConvoy,
    id: "startConvoy",
    method: "post",
    path: `${path}/start`,
    summary: "Let a staged convoy go to work",
    description: "Refused unless it is staged.",
    descriptor: startConvoy,
    data: ({ params }) => ({ convoy: params.convoy }),
  }),
  commandOperation({
    ...toConvoy,
    id: "closeConvoy",
    method: "post",
    path: `${path}/close`,
    summary: "End a convoy by hand",
    description: "Its live beads are closed, their agents stopped, their pull requests closed.",
    body: closeConvoy.data.omit({ convoy: true }).strict(),
    bodyOptional: true,
    descriptor: closeConvoy,
    data: ({ params, body }) => ({ ...body, convoy: params.convoy }),
  }),
  commandOperation({
    ...toConvoy,
    id: "addToConvoy",
    method: "post",
    path: `${path}/beads`,
    summary: "Add work items to a convoy",
    description: "Live ones that belong to no convoy and were not begun. Adding one twice changes nothing.",
    body: addToConvoy.data.omit({ convoy: true }).strict(),
    descriptor: addToConvoy,
    data: ({ params, body }) => ({ ...body, convoy: params.convoy }),
  }),
  commandOperation({
    ...toConvoy,
    id: "removeFromConvoy",
    method: "delete",
    path: `${path}/beads/{bead}`,
    summary: "Take a bead out of a convoy",
    description: "The bead stays. Dependencies between it and its former siblings go.",
    params: convoyBeadPath,
    descriptor: removeFromConvoy,
    data: ({ params }) => ({ convoy: params.convoy, beads: [params.bead] }),
  }),
];
