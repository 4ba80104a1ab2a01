import { addRig, getRig, listRigs, pageOf } from "@gastown/contracts";
import { rig } from "../api/named-schemas.ts";
import { pageQuery, rigPath, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Rigs";

export const rigOperations: Operation[] = [
  operation({
    id: "listRigs",
    method: "get",
    path: "/v1/towns/{town}/rigs",
    tag,
    summary: "List a town's rigs, by id",
    scope: "read",
    params: townPath,
    query: pageQuery,
    reply: pageOf(rig),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listRigs, { town: params.town, data: query, signal }),
  }),
  commandOperation({
    id: "addRig",
    method: "post",
    path: "/v1/towns/{town}/rigs",
    tag,
    summary: "Add a repository to a town",
    description: "The forge imports it; the rig's `state` becomes `ready`, or `failed` with the reason.",
    params: townPath,
    body: addRig.data.strict(),
    descriptor: addRig,
    town: ({ params }) => params.town,
    data: ({ body }) => body,
    status: 201,
    reply: rig,
    read: ({ params, body }, _, context) => askOwner(context, getRig, { town: params.town, data: { rig: body.rig } }),
    location: ({ params, body }) => `/v1/towns/${params.town}/rigs/${body.rig}`,
  }),
  operation({
    id: "getRig",
    method: "get",
    path: "/v1/towns/{town}/rigs/{rig}",
    tag,
    summary: "Show a rig",
    scope: "read",
    params: rigPath,
    reply: rig,
    handle: ({ params }, { signal }, context) =>
      askOwner(context, getRig, { town: params.town, data: { rig: params.rig }, signal }),
  }),
];
