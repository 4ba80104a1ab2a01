import type { Faults } from "../../types.ts";
import { WorldRefusal } from "../../world/world-refusal.ts";
import { pullFor } from "../rest-access.ts";
import { invalidRequest, textIn, wordIn } from "../rest-body.ts";
import { noContent, ok, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

const serverError: RestAnswer = { status: 500, body: { message: "Server Error" } };

/** Answers as scm §1.7 lists them. The switches of what goes wrong around a merge are here. */
async function mergePull(request: RestRequest): Promise<RestAnswer> {
  const { asking, body, faults } = request;
  // Without `contents: write` it is judged, and refused by name; who cannot read it gets a 404.
  const pull = pullFor(request, "read");
  const sha = shaIn(request, "sha");
  const method = wordIn(body, "merge_method", ["merge", "squash", "rebase"]) ?? "merge";
  const [title, message] = [textIn(body, "commit_title"), textIn(body, "commit_message")];
  await faults.beforeMerge?.(pull);
  if (spent(faults, "errorBeforeMerge")) return serverError;
  if (spent(faults, "baseModified")) {
    throw new WorldRefusal(405, "Base branch was modified. Review and try the merge again.");
  }
  const commit = await asking.world.merging.merge(pull, {
    viewer: asking.viewer(pull.repository),
    method,
    ...(sha === undefined ? {} : { sha }),
    ...(title === undefined ? {} : { title }),
    ...(message === undefined ? {} : { message }),
  });
  if (spent(faults, "errorAfterMerge")) return serverError;
  if (spent(faults, "resetAfterMerge")) return { ...serverError, reset: true };
  return ok({ sha: commit, merged: true, message: "Pull Request successfully merged" });
}

function isMerged(request: RestRequest): RestAnswer {
  if (pullFor(request, "read").state === "MERGED") return noContent;
  throw new WorldRefusal(404, "Not Found");
}

/** Accepted: the new head is seen by later reads. It is there at once in this double. */
async function updateBranch(request: RestRequest): Promise<RestAnswer> {
  const { asking } = request;
  const pull = pullFor(request, "read");
  const expectedHead = shaIn(request, "expected_head_sha");
  await asking.world.merging.updateBranch(pull, {
    viewer: asking.viewer(pull.repository),
    ...(expectedHead === undefined ? {} : { expectedHead }),
  });
  const url = `${asking.world.core.json.urls.api}${request.path}`;
  return { status: 202, body: { message: "Updating pull request branch.", url } };
}

/** A whole commit id: else 422. */
function shaIn({ body }: RestRequest, name: string): string | undefined {
  const sha = textIn(body, name);
  if (sha !== undefined && !/^[0-9a-f]{40}$/.test(sha)) throw invalidRequest(`${name} must be a full commit id.`);
  return sha;
}

/** One of a fault's times is used up. */
function spent(
  faults: Faults,
  name: "errorAfterMerge" | "errorBeforeMerge" | "resetAfterMerge" | "baseModified",
): boolean {
  if (faults[name] <= 0) return false;
  faults[name] -= 1;
  return true;
}

export const mergeRoutes: readonly RestRoute[] = [
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", mergePull),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", isMerged),
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch", updateBranch),
];
