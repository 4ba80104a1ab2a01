import { ScmError, type AutoMergeRequest, type EnqueueOutcome } from "../forge.ts";
import { messageOf } from "./call-failure.ts";
import { requestPath, type PullPlace } from "./place.ts";
import { readState } from "./read-request.ts";

/**
 * GitLab merges exactly this head by itself once its checks pass, or does not. Refused (`conflict`) when it could be merged right
 * now: then nothing is left to wait for, and it would be merged at this very moment (scm §1.6).
 */
export async function setAutoMerge(at: PullPlace, { expectedHead, method, on }: AutoMergeRequest): Promise<void> {
  const before = await readState(at);
  if (before.merge_when_pipeline_succeeds === on) return;
  if (!on) return cancel(at);
  if (before.sha !== expectedHead) throw new ScmError("conflict", `the head is ${before.sha ?? "unknown"} now`);
  if (before.detailed_merge_status === "mergeable")
    throw new ScmError("conflict", "it can be merged right now; merge it instead");
  await at.client.send({
    operation: "set auto-merge",
    method: "PUT",
    path: requestPath(at, "merge"),
    body: {
      sha: expectedHead,
      squash: method === "squash",
      should_remove_source_branch: false,
      auto_merge: true,
      // Its name before GitLab 17.11.
      merge_when_pipeline_succeeds: true,
    },
    signal: at.signal,
  });
}

/** 405 and 406: it has ended, or there is nothing to cancel. */
async function cancel(at: PullPlace): Promise<void> {
  await at.client.send({
    operation: "cancel auto-merge",
    method: "POST",
    path: requestPath(at, "cancel_merge_when_pipeline_succeeds"),
    signal: at.signal,
    answers: [405, 406],
  });
}

/** The head is on the merge train of its target branch (Premium), or GitLab says why not. */
export async function enterTrain(at: PullPlace, expectedHead: string): Promise<EnqueueOutcome> {
  const { client, project, number, signal } = at;
  const path = ["projects", project, "merge_trains", "merge_requests", number];
  const before = await client.send({ operation: "get train car", path, signal, answers: [404] });
  if ((await readState(at)).sha !== expectedHead) return { outcome: "head_moved" };
  if (before.status === 200) return { outcome: "enqueued", position: null };
  const { status, data } = await client.send({
    operation: "enter merge train",
    method: "POST",
    path,
    body: { sha: expectedHead },
    signal,
    answers: [400, 401, 403, 405, 409, 422],
  });
  if (status === 409) return { outcome: "head_moved" };
  return status < 300 ? { outcome: "enqueued", position: null } : { outcome: "refused", message: messageOf(data) };
}
