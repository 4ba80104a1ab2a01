import { editPull, getPull, listThreads, replyToThread, requestPullReview, resolveThread } from "@gastown/contracts";
import { z } from "zod";
import { pull, thread } from "../api/named-schemas.ts";
import { pullPath, threadPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation, type CommandForm } from "../commands/command-operation.ts";
import { operation, type Operation } from "../operation.ts";

const tag = "Pull requests";
const path = "/v1/towns/{town}/rigs/{rig}/pulls/{number}";

/** What commands that its forge carries out have in common. */
const onForge = {
  tag,
  reply: pull,
  town: ({ params }) => params.town,
  subject: ({ params }) => `pr/${params.rig}/${params.number}`,
  read: ({ params: { town, rig, number } }, _, context) => askOwner(context, getPull, { town, data: { rig, number } }),
} satisfies Partial<CommandForm<typeof editPull, typeof pullPath, z.ZodObject, typeof pull>>;

/** What is done to a pull request where it is: its words, its reviewers, its threads. */
export const pullForgeOperations: Operation[] = [
  commandOperation({
    ...onForge,
    id: "editPull",
    method: "patch",
    path,
    summary: "Change a pull request's title or body",
    params: pullPath,
    body: editPull.data.pick({ title: true, body: true }).strict(),
    descriptor: editPull,
    data: ({ params: { rig, number }, body }) => ({ ...body, rig, number }),
  }),
  commandOperation({
    ...onForge,
    id: "requestPullReview",
    method: "post",
    path: `${path}/reviewers`,
    summary: "Ask people for their review",
    description: "By their names on the forge. The local forge asks nobody: whoever can reach it may review.",
    params: pullPath,
    body: requestPullReview.data.pick({ reviewers: true }).strict(),
    descriptor: requestPullReview,
    data: ({ params: { rig, number }, body }) => ({ ...body, rig, number }),
  }),
  operation({
    id: "listPullThreads",
    method: "get",
    path: `${path}/threads`,
    tag,
    summary: "List a pull request's review threads, oldest first",
    description: "As the forge has them at this moment; the local forge has none.",
    scope: "read",
    params: pullPath,
    reply: z.object({ items: z.array(thread) }),
    handle: ({ params: { town, rig, number } }, { signal }, context) =>
      askOwner(context, listThreads, { town, data: { rig, number }, signal }),
  }),
  commandOperation({
    ...onForge,
    id: "replyToThread",
    method: "post",
    path: `${path}/threads/{thread}/reply`,
    summary: "Answer in a review thread",
    params: threadPath,
    body: replyToThread.data.pick({ body: true }).strict(),
    descriptor: replyToThread,
    data: ({ params: { rig, number, thread: id }, body }) => ({ ...body, rig, number, thread: id }),
  }),
  commandOperation({
    ...onForge,
    id: "resolveThread",
    method: "post",
    path: `${path}/threads/{thread}/resolve`,
    summary: "Mark a review thread as resolved",
    params: threadPath,
    descriptor: resolveThread,
    data: ({ params: { rig, number, thread: id } }) => ({ rig, number, thread: id }),
  }),
];
