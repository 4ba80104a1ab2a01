import { z } from "zod";
import { ScmError, type ReviewThread } from "../forge.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { PullPlace } from "./pull-state.ts";
import { replyMutation, resolveMutation, threadCommentsQuery, threadQuery, threadsQuery } from "./queries/threads.ts";

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const comments = z.object({
  pageInfo,
  nodes: z.array(
    z.object({
      author: z.object({ kind: z.string(), login: z.string() }).nullable(),
      body: z.string(),
      url: z.string(),
    }),
  ),
});
const thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  path: z.string(),
  line: z.number().nullable(),
  originalLine: z.number().nullable(),
  comments,
});
const threadsAnswer = z.object({
  repository: z.object({
    pullRequest: z.object({ reviewThreads: z.object({ pageInfo, nodes: z.array(thread) }) }).nullable(),
  }),
});
const commentsAnswer = z.object({ node: z.object({ comments }) });

type CommentNode = z.infer<typeof comments>["nodes"][number];

/** A thousand threads, and a thousand comments each. */
const mostPages = { threads: 20, comments: 10 };

/** All review threads with all their comments, as GitHub orders them: oldest first. */
export async function listThreads(at: PullPlace): Promise<ReviewThread[]> {
  const found: ReviewThread[] = [];
  let after: string | null = null;
  for (let page = 1; page <= mostPages.threads; page += 1) {
    const { data } = await read(at, "list threads", [threadsQuery, { ...named(at), after }]);
    const pull = parseAnswer(threadsAnswer, data, { operation: "list threads" }).repository.pullRequest;
    if (pull === null) throw new ScmError("gone", `there is no pull request ${at.number}`);
    for (const node of pull.reviewThreads.nodes) found.push(toThread(node, await allComments(at, node)));
    if (!pull.reviewThreads.pageInfo.hasNextPage) break;
    after = pull.reviewThreads.pageInfo.endCursor;
  }
  return found;
}

/** The last word in the thread is this; said twice it is there once. */
export async function replyThread(at: PullPlace, id: string, body: string): Promise<void> {
  const { comments: last } = await readThread(at, id);
  const [newest] = last.nodes;
  if (newest?.viewerDidAuthor === true && newest.body === body) return;
  await write(at, "reply to thread", [replyMutation, { thread: id, body }]);
}

export async function resolveThread(at: PullPlace, id: string): Promise<void> {
  const { isResolved } = await readThread(at, id);
  if (!isResolved) await write(at, "resolve thread", [resolveMutation, { thread: id }]);
}

function toThread(node: z.infer<typeof thread>, said: readonly CommentNode[]): ReviewThread {
  return {
    id: node.id,
    resolved: node.isResolved,
    outdated: node.isOutdated,
    file: node.path === "" ? null : node.path,
    line: node.line ?? node.originalLine,
    comments: said.map(({ author, body, url }) => ({
      author: author?.login ?? "ghost",
      bot: author?.kind === "Bot",
      body,
      url,
    })),
  };
}

async function allComments(at: PullPlace, node: z.infer<typeof thread>): Promise<CommentNode[]> {
  const said = [...node.comments.nodes];
  let info = node.comments.pageInfo;
  for (let page = 2; info.hasNextPage && page <= mostPages.comments; page += 1) {
    const { data } = await read(at, "list thread comments", [
      threadCommentsQuery,
      { id: node.id, after: info.endCursor },
    ]);
    const next = parseAnswer(commentsAnswer, data, { operation: "list thread comments" }).node.comments;
    said.push(...next.nodes);
    info = next.pageInfo;
  }
  return said;
}

const threadAnswer = z.object({
  node: z
    .object({
      isResolved: z.boolean(),
      pullRequest: z.object({ number: z.number(), repository: z.object({ databaseId: z.number() }) }),
      comments: z.object({ nodes: z.array(z.object({ viewerDidAuthor: z.boolean(), body: z.string() })) }),
    })
    .nullable(),
});

/** The thread, when it is one of this pull request: who has its id may not write elsewhere with it. */
async function readThread(at: PullPlace, id: string) {
  const { data } = await read(at, "get thread", [threadQuery, { id }]);
  const { node } = parseAnswer(threadAnswer, data, { operation: "get thread" });
  const where = node?.pullRequest;
  if (node === null || where?.number !== at.number || String(where.repository.databaseId) !== at.place.remoteId)
    throw new ScmError("gone", `there is no review thread ${id} on pull request ${at.number}`);
  return node;
}

function named({ place, number }: PullPlace) {
  return { owner: place.owner, name: place.name, number };
}

type Variables = Readonly<Record<string, unknown>>;

function read(
  { client, place, context }: PullPlace,
  operation: string,
  [query, variables]: readonly [string, Variables],
) {
  return client.graphql({ operation, query, variables, access: place.access, context });
}

function write(
  { client, place, context }: PullPlace,
  operation: string,
  [query, variables]: readonly [string, Variables],
) {
  return client.graphql({ operation, query, variables, mutates: true, access: place.access, context });
}
