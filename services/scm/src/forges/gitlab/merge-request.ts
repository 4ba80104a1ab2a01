import { ScmError, type MergeOutcome, type MergeRequest } from "../forge.ts";
import { messageOf } from "./call-failure.ts";
import { methodsOf } from "./gate.ts";
import { requestShape, type GitlabRequestState } from "./gitlab-shapes.ts";
import { requestPath, type PullPlace } from "./place.ts";
import { readProject, readState } from "./read-request.ts";

/**
 * One `PUT .../merge` of exactly the expected head (scm §8). GitLab judges rules (405) and git (422) before the head (409), and its
 * refusals have no reason: what a refusal was about is read back, and so is an answer that did not come. Never sent twice.
 */
export async function mergeRequest(at: PullPlace, request: MergeRequest): Promise<MergeOutcome> {
  const methods = methodsOf(await readProject(at));
  if (!methods.includes(request.method)) {
    const allowed = methods.length === 0 ? "none that we know" : methods.join(", ");
    return { outcome: "refused", message: `the project does not merge by "${request.method}", but by ${allowed}` };
  }
  const answer = await send(at, request).catch((error: unknown) => readBack(at, request.expectedHead, error));
  if (!("data" in answer)) return answer;
  const { status, data } = answer;
  if (status === 409) return { outcome: "head_moved" };
  if (status !== 200) return whyNot(at, request.expectedHead, messageOf(data));
  const merged = requestShape.safeParse(data);
  const outcome = merged.success ? mergedAs(merged.data, request.expectedHead) : null;
  if (outcome !== null) return outcome;
  throw new ScmError("unknown_outcome", "GitLab took the merge, and did not say that it is merged");
}

function send(at: PullPlace, { expectedHead, method, title, body }: MergeRequest) {
  const { client, signal } = at;
  const words = `${title}\n\n${body}`.trim();
  const squash = method === "squash";
  return client.send({
    operation: "merge",
    method: "PUT",
    path: requestPath(at, "merge"),
    body: {
      sha: expectedHead,
      squash,
      // The service deletes branches itself, when nothing is lost by it.
      should_remove_source_branch: false,
      ...(words === "" ? {} : { merge_commit_message: words, ...(squash ? { squash_commit_message: words } : {}) }),
    },
    signal,
    // 406: "cannot be merged", of earlier versions.
    answers: [401, 403, 405, 406, 409, 422],
  });
}

/** The merge of this head, if that is what has happened. */
function mergedAs(request: GitlabRequestState, expectedHead: string): MergeOutcome | null {
  if (request.state !== "merged" || request.sha !== expectedHead) return null;
  return { outcome: "merged", sha: request.merge_commit_sha ?? request.squash_commit_sha ?? expectedHead };
}

/** Nobody knows what came of it: what the merge request says now, if it says that it is merged; else the error stays. */
async function readBack(at: PullPlace, expectedHead: string, error: unknown): Promise<MergeOutcome> {
  if (!(error instanceof ScmError) || error.kind !== "unknown_outcome") throw error;
  const now = await readState(at).catch(() => null);
  const merged = now === null ? null : mergedAs(now, expectedHead);
  if (merged !== null) return merged;
  throw error;
}

async function whyNot(at: PullPlace, expectedHead: string, said: string): Promise<MergeOutcome> {
  const now = await readState(at);
  const merged = mergedAs(now, expectedHead);
  if (merged !== null) return merged;
  if (now.state === "opened" && now.sha !== expectedHead) return { outcome: "head_moved" };
  const may = now.user?.can_merge === false ? "; our token may not merge into this branch" : "";
  const word = now.state === "opened" ? (now.detailed_merge_status ?? now.merge_status) : now.state;
  return { outcome: "refused", message: `GitLab says "${said}" (${word})${may}` };
}
