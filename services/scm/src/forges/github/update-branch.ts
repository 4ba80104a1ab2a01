import type { UpdateOutcome } from "../forge.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { messageOf } from "./said.ts";

/**
 * GitHub merges the base into the head branch in its own time, if the head still is the expected one. Its refusals share one status:
 * whether the head has moved is read.
 */
export async function updateBranch(at: PullPlace, expectedHead: string): Promise<UpdateOutcome> {
  const { client, place, number, context } = at;
  const { status, data } = await client.rest({
    operation: "update branch",
    route: "PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch",
    parameters: { owner: place.owner, repo: place.name, pull_number: number, expected_head_sha: expectedHead },
    mutates: true,
    answers: [403, 409, 422],
    access: place.access,
    context,
  });
  if (status < 300) return { outcome: "accepted" };
  const { headRefOid } = await readPullState(at);
  return headRefOid === expectedHead ? { outcome: "refused", message: messageOf(data) } : { outcome: "head_moved" };
}
