import { createTown, getTown, listTowns, noTown, pageOf, townId } from "@gastown/contracts";
import { town, townDetail } from "../api/named-schemas.ts";
import { pageQuery, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Towns";

export const townOperations: Operation[] = [
  operation({
    id: "listTowns",
    method: "get",
    path: "/v1/towns",
    tag,
    summary: "List towns, by id",
    description: "A town's token sees its own town only.",
    scope: "read",
    query: pageQuery,
    reply: pageOf(town),
    async handle({ query }, { identity, signal }, context) {
      if (identity.town === null) return askOwner(context, listTowns, { town: noTown, data: query, signal });
      const { seq, data } = await askOwner(context, getTown, { town: identity.town, data: {}, signal });
      return { seq, data: { items: [town.parse(data)], next: null } };
    },
  }),
  commandOperation({
    id: "createTown",
    method: "post",
    path: "/v1/towns",
    tag,
    summary: "Make a town",
    scope: "admin",
    installation: true,
    body: createTown.data.extend({ town: townId }).strict(),
    descriptor: createTown,
    town: ({ body }) => body.town,
    data: ({ body: { name, policy, model } }) => ({ name, policy, model }),
    status: 201,
    reply: townDetail,
    read: ({ body }, _, context) => askOwner(context, getTown, { town: body.town, data: {} }),
    location: ({ body }) => `/v1/towns/${body.town}`,
  }),
  operation({
    id: "getTown",
    method: "get",
    path: "/v1/towns/{town}",
    tag,
    summary: "Show a town",
    scope: "read",
    params: townPath,
    reply: townDetail,
    handle: ({ params }, { signal }, context) => askOwner(context, getTown, { town: params.town, data: {}, signal }),
  }),
];
