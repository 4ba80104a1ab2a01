import { z } from "zod";
import { ScmError, type MergeOutcome, type MergeRequest } from "../forge.ts";
import { parseAnswer } from "./parse-answer.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { messageOf } from "./said.ts";

const merged = z.object({ merged: z.boolean(), sha: z.string().nullish(), message: z.string().optional() });

/** The one 405 that is not about this pull request; GitHub tells it by these words alone (scm §1.7). */
const baseMoved = /^Base branch was modified/;

/**
 * One `PUT /merge` of exactly the expected head, whose answer is classified by scm §1.7. Sent once whatever comes: a server's error,
 * a time-out or a broken answer is `ScmError("unknown_outcome")`, to be read back. What was merged already is merged.
 */
export async function mergePull(at: PullPlace, request: MergeRequest): Promise<MergeOutcome> {
  const { client, place, number, context } = at;
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
  if (status !== 200) return (await mergedBefore(at, request)) ?? { outcome: "refused", message: messageOf(data) };
  return read(data);
}

const operation = "merge pull request";

function read(data: unknown): MergeOutcome {
  const { merged: done, sha, message } = parseAnswer(merged, data, { operation, mutates: true });
  if (!done) return { outcome: "refused", message: message ?? "no reason told" };
  if (!sha) throw new ScmError("unknown_outcome", "GitHub says that it merged, and not into which commit");
  return { outcome: "merged", sha };
}

/** The refusal may be because it is merged, by us before or by somebody else. It stands when that cannot be read. */
async function mergedBefore(at: PullPlace, { expectedHead }: MergeRequest): Promise<MergeOutcome | null> {
  const pull = await readPullState(at).catch((error: unknown) => {
    if (error instanceof ScmError) return null;
    throw error;
  });
  if (pull?.state !== "MERGED" || pull.headRefOid !== expectedHead || pull.mergeCommit === null) return null;
  return { outcome: "merged", sha: pull.mergeCommit.oid };
}

/** Rebased commits keep their own words. */
function wordsOf({ method, title, body }: MergeRequest): Record<string, string> {
  return method === "rebase" ? {} : { commit_title: title, commit_message: body };
}
