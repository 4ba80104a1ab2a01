import { z } from "zod";
import { ScmError, type UpdateOutcome } from "../forge.ts";
import { messageOf } from "./call-failure.ts";
import { commitsAhead } from "./open-request.ts";
import { requestPath, type Place, type PullPlace } from "./place.ts";
import { readState, readTip } from "./read-request.ts";

/**
 * The branch exists: made at the tip of `from` if it did not, else left as it is. Throws `ScmError`: `gone` when `from` is not there,
 * `invalid` when there can be no such branch.
 */
export async function createBranch(at: Place, { name, from }: { name: string; from: string }): Promise<void> {
  if ((await readTip(at, name)) !== null) return;
  if ((await readTip(at, from)) === null) throw new ScmError("gone", `branch ${from} is not in the repository`);
  const { status, data } = await at.client.send({
    operation: "create branch",
    method: "POST",
    path: ["projects", at.project, "repository", "branches"],
    body: { branch: name, ref: from },
    signal: at.signal,
    answers: [400, 409, 422],
  });
  if (status < 300 || (await readTip(at, name)) !== null) return;
  throw new ScmError("invalid", `GitLab makes no branch of the name ${name}: ${messageOf(data)}`);
}

/** Whether all of `commit` is in the target branch. */
export async function isContained(at: PullPlace, commit: string): Promise<boolean> {
  const { target_branch: base } = await readState(at);
  return (await commitsAhead(at, base, commit)) === 0;
}

/**
 * The source branch does not exist any more, if nothing is lost by that: it was at the expected commit, all of that is in the target,
 * and no open merge request has it as source or target. GitLab deletes by name alone: what is pushed in the moment between the
 * last look and the deletion stays in the merge request's own ref only.
 */
export async function deleteBranch(at: PullPlace, expectedHead: string): Promise<void> {
  const {
    source_branch: branch,
    target_branch: base,
    source_project_id: from,
    target_project_id: to,
  } = await readState(at);
  if (from !== to || branch === base) return;
  if ((await isUsed(at, { source_branch: branch })) || (await isUsed(at, { target_branch: branch }))) return;
  if ((await commitsAhead(at, base, expectedHead)) !== 0) return;
  if ((await readTip(at, branch)) !== expectedHead) return;
  await at.client.send({
    operation: "delete branch",
    method: "DELETE",
    path: ["projects", at.project, "repository", "branches", branch],
    signal: at.signal,
    // 403: it is protected, and stays. 404: it is gone.
    answers: [403, 404],
  });
}

async function isUsed({ client, project, signal }: Place, branch: Readonly<Record<string, string>>): Promise<boolean> {
  const path = ["projects", project, "merge_requests"];
  const query = { state: "opened", per_page: 1, ...branch };
  const found = await client.read({ operation: "find merge request", path, query, signal }, z.array(z.unknown()));
  return found.length > 0;
}

/**
 * GitLab was asked to put the source branch's commits onto the target (its rebase is the only way it has); it does so in its own
 * time, with the head it finds then: it takes no expected one, so that it is looked at right before.
 */
export async function rebaseRequest(at: PullPlace, expectedHead: string): Promise<UpdateOutcome> {
  if ((await readState(at)).sha !== expectedHead) return { outcome: "head_moved" };
  const { status, data } = await at.client.send({
    operation: "rebase",
    method: "PUT",
    path: requestPath(at, "rebase"),
    signal: at.signal,
    answers: [403, 409],
  });
  // 409: one is under way.
  return status === 403 ? { outcome: "refused", message: messageOf(data) } : { outcome: "accepted" };
}
