import { z } from "zod";
import { ScmError, type EnqueueOutcome } from "../forge.ts";
import { parseAnswer } from "./parse-answer.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { enqueueMutation } from "./queries/pull-changes.ts";

const answer = z.object({
  enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.number() }).nullable() }).nullable(),
});

/**
 * Exactly this head is in GitHub's merge queue, or GitHub said why not. What it says in a refusal is documented nowhere (scm §9.4), so
 * that every refusal is one; whether the head has moved is read afterwards.
 */
export async function queuePull(at: PullPlace, expectedHead: string): Promise<EnqueueOutcome> {
  const before = await readPullState(at);
  if (before.headRefOid !== expectedHead) return { outcome: "head_moved" };
  if (before.isInMergeQueue) return { outcome: "enqueued", position: before.mergeQueueEntry?.position ?? null };
  try {
    return { outcome: "enqueued", position: await enqueue(at, before.id, expectedHead) };
  } catch (error) {
    if (!(error instanceof ScmError) || !refusals.has(error.kind)) throw error;
    const after = await readPullState(at);
    if (after.headRefOid !== expectedHead) return { outcome: "head_moved" };
    return { outcome: "refused", message: error.message };
  }
}

async function enqueue({ client, place, context }: PullPlace, id: string, head: string): Promise<number | null> {
  const operation = "enqueue pull request";
  const { data } = await client.graphql({
    operation,
    query: enqueueMutation,
    variables: { id, head },
    mutates: true,
    access: place.access,
    context,
  });
  const entry = parseAnswer(answer, data, { operation, mutates: true }).enqueuePullRequest?.mergeQueueEntry;
  return entry?.position ?? null;
}

const refusals: ReadonlySet<ScmError["kind"]> = new Set(["invalid", "conflict", "denied"]);
