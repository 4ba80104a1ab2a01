import { z } from "zod";
import { ScmError, type MergeOutcome, type MergeRequest } from "../forge.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { PullPlace } from "./pull-state.ts";
import { messageOf } from "./said.ts";

const merged = z.object({ merged: z.boolean(), sha: z.string().nullish(), message: z.string().optional() });

/** The one 405 that is not about this pull request; GitHub tells it by these words alone (scm §1.7). */
const baseMoved = /^Base branch was modified/;

/**
 * One `PUT /merge` of exactly the expected head, whose answer is classified by scm §1.7. Sent once whatever comes: a server's error,
 * a time-out or a broken answer is `ScmError("unknown_outcome")`, to be read back.
 */
export async function mergePull(
  { client, place, number, context }: PullPlace,
  request: MergeRequest,
): Promise<MergeOutcome> {
  const operation = "merge pull request";
  const { status, data } = await client.rest({
    operation,
    route: "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
    parameters: {
      owner: place.owner,
      repo: place.name,
      pull_number: number,
      sha: request.expectedHead,
      merge_method: request.method,
      ...wordsOf(request),
    },
    mutates: true,
    answers: [403, 405, 409],
    access: place.access,
    context,
  });
  if (status === 409) return { outcome: "head_moved" };
  if (status === 405 && baseMoved.test(messageOf(data))) return { outcome: "base_moved" };
  // A missing permission is refused until something changes, as a rule is; its words say which.
  if (status !== 200) return { outcome: "refused", message: messageOf(data) };
  const answer = parseAnswer(merged, data, { operation, mutates: true });
  if (!answer.merged) return { outcome: "refused", message: answer.message ?? "no reason told" };
  if (!answer.sha) throw new ScmError("unknown_outcome", "GitHub says that it merged, and not into which commit");
  return { outcome: "merged", sha: answer.sha };
}

/** Rebased commits keep their own words. */
function wordsOf({ method, title, body }: MergeRequest): Record<string, string> {
  return method === "rebase" ? {} : { commit_title: title, commit_message: body };
}
