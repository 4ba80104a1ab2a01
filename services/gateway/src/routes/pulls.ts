import { closePull, getPull, listPulls, pageOf, prState, reviewPull, rigId, setDraft } from "@gastown/contracts";
import type { z } from "zod";
import { pull } from "../api/named-schemas.ts";
import { pageQuery, pullPath, several, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, type CommandForm } from "../commands/command-operation.ts";
import { actorOf } from "../identity.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Pull requests";
const path = "/v1/towns/{town}/rigs/{rig}/pulls/{number}";

/** What commands to one pull request have in common: its path, and the pull request as it is afterwards. */
const toPull = {
  method: "post",
  tag,
  params: pullPath,
  reply: pull,
  town: ({ params }) => params.town,
  subject: ({ params }) => `pr/${params.rig}/${params.number}`,
  read: ({ params: { town, rig, number } }, _, context) => askOwner(context, getPull, { town, data: { rig, number } }),
} satisfies Partial<CommandForm<typeof closePull, typeof pullPath, z.ZodObject, typeof pull>>;

export const pullOperations: Operation[] = [
  operation({
    id: "listPulls",
    method: "get",
    path: "/v1/towns/{town}/pulls",
    tag,
    summary: "List a town's pull requests, newest first",
    scope: "read",
    params: townPath,
    query: pageQuery.extend({
      rig: rigId.optional(),
      state: several(prState).optional().describe("One or several, separated by commas"),
    }),
    reply: pageOf(pull),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listPulls, { town: params.town, data: query, signal }),
  }),
  operation({
    id: "getPull",
    method: "get",
    path,
    tag,
    summary: "Show a pull request",
    description: "`state` and `causes` say whether it can be merged, and if not, why not.",
    scope: "read",
    params: pullPath,
    reply: pull,
    handle: ({ params: { town, rig, number } }, { signal }, context) =>
      askOwner(context, getPull, { town, data: { rig, number }, signal }),
  }),
  commandOperation({
    ...toPull,
    id: "reviewPull",
    path: `${path}/review`,
    summary: "Approve a pull request, ask for changes, or comment",
    description:
      "The review is yours: the reviewer is the token's name. With `expectedHead` it is refused as stale when the head is another.",
    body: reviewPull.data.omit({ rig: true, number: true, reviewer: true }).strict(),
    descriptor: reviewPull,
    data: ({ params: { rig, number }, body }, { identity }) => ({ ...body, rig, number, reviewer: actorOf(identity) }),
  }),
  commandOperation({
    ...toPull,
    id: "closePull",
    path: `${path}/close`,
    summary: "Close a pull request without merging",
    body: closePull.data
      .pick({ reason: true })
      .extend({ reason: closePull.data.shape.reason.max(2000).default("") })
      .strict(),
    bodyOptional: true,
    descriptor: closePull,
    data: ({ params: { rig, number }, body }) => ({ ...body, rig, number }),
  }),
  commandOperation({
    ...toPull,
    id: "setPullDraft",
    path: `${path}/draft`,
    summary: "Make a pull request a draft, or ready",
    body: setDraft.data.pick({ draft: true }).strict(),
    descriptor: setDraft,
    data: ({ params: { rig, number }, body }) => ({ ...body, rig, number }),
  }),
];
