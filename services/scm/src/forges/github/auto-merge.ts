import { ScmError, type AutoMergeRequest } from "../forge.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { disableAutoMergeMutation, enableAutoMergeMutation } from "./queries/pull-changes.ts";

/**
 * GitHub merges exactly this head by itself, or does not. Throws `ScmError`: `conflict` when the head is another, `invalid` when
 * GitHub refuses, as it does for what could be merged at once (scm §1.6).
 */
export async function setAutoMerge(at: PullPlace, { on, expectedHead, method }: AutoMergeRequest): Promise<void> {
  const { id, autoMergeRequest, headRefOid } = await readPullState(at);
  const wanted = method.toUpperCase();
  if (on && headRefOid !== expectedHead)
    throw new ScmError("conflict", `the head is ${headRefOid}, not ${expectedHead}`);
  if (on ? autoMergeRequest?.mergeMethod === wanted : autoMergeRequest === null) return;
  const { client, place, context } = at;
  await client.graphql({
    operation: on ? "enable auto-merge" : "disable auto-merge",
    query: on ? enableAutoMergeMutation : disableAutoMergeMutation,
    variables: on ? { id, head: expectedHead, mergeMethod: wanted } : { id },
    mutates: true,
    access: place.access,
    context,
  });
}
