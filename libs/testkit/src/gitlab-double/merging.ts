import { gitFacts } from "./git-facts.ts";
import { roleOf, type GitlabState } from "./gitlab-state.ts";
import { mergeRequestBody } from "./hooks/hook-bodies.ts";
import { ciInTheWay, gitInTheWay, headPipeline, inTheWay, pipelineStatus, type Judged } from "./merge-status.ts";
import { afterMoves } from "./pushes.ts";
import { roles, type MergeRequest, type Person, type Project } from "./types.ts";

interface Place {
  readonly project: Project;
  readonly request: MergeRequest;
}
export interface MergeCall extends Place {
  readonly by: Person;
  readonly sha?: string | undefined;
  readonly squash?: boolean | undefined;
  readonly autoMerge: boolean;
  readonly message?: string | undefined;
}

/** An answer that is none of success: the status and GitLab's words. */
export interface Refusal {
  readonly status: 401 | 403 | 405 | 409 | 422;
  readonly message: string;
}

/** Starts finding out whether it can be merged, if that is not known and not under way. */
export function startCheck(state: GitlabState, { project, request }: Place): void {
  if (request.mergeStatus !== "unchecked" || request.state !== "opened") return;
  request.mergeStatus = "checking";
  state.later(async () => {
    if (state.mergeabilityMs > 0) await new Promise((resolve) => setTimeout(resolve, state.mergeabilityMs));
    if (request.mergeStatus === "checking") await check({ project, request });
  });
}

async function check({ project, request }: Place): Promise<void> {
  const target = project.git.tip(request.targetBranch);
  const { sha } = request;
  const files = target === null ? [] : await project.git.conflicts(target, sha);
  // Something was pushed meanwhile: then this answer is not for what is there now.
  if (request.sha !== sha || project.git.tip(request.targetBranch) !== target) request.mergeStatus = "unchecked";
  else request.mergeStatus = files.length > 0 ? "cannot_be_merged" : "can_be_merged";
}

export function mayMerge(project: Project, request: MergeRequest, by: Person): boolean {
  const least = request.targetBranch === project.defaultBranch ? project.settings.protectedRole : roles.developer;
  return roleOf(project, by) >= least;
}

/** The merge endpoint's judgement, in its order: who, then rules and CI (405), then git (422), then the head (409). */
export async function acceptMerge(state: GitlabState, call: MergeCall): Promise<Refusal | null> {
  const { project, request, by, sha } = call;
  if (!mayMerge(project, request, by)) return { status: 401, message: "401 Unauthorized" };
  const judged = { project, request, facts: await gitFacts(project, request) };
  const now = inTheWay(judged).length === 0 && ciInTheWay(judged) === null;
  const later = call.autoMerge && !now;
  const refusal = later ? judgeLater(judged) : await judgeNow(judged, now);
  if (refusal !== null) return refusal;
  if (sha !== undefined && sha !== request.sha)
    return { status: 409, message: `SHA does not match HEAD of source branch: ${request.sha}` };
  if (later) request.autoMerge = { by, squash: call.squash ?? false };
  else await doMerge(state, call);
  return null;
}

/** What git says is found out at once, if it is not known. */
async function judgeNow(judged: Judged, rulesAllow: boolean): Promise<Refusal | null> {
  if (!rulesAllow) return notAllowed;
  const { mergeStatus } = judged.request;
  if (mergeStatus === "unchecked" || mergeStatus === "checking") await check(judged);
  return gitInTheWay(judged).length === 0 ? null : { status: 422, message: "Branch cannot be merged" };
}

const notAllowed: Refusal = { status: 405, message: "405 Method Not Allowed" };

const hopeless = new Set(["not_open", "draft_status", "commits_status"]);

/** Auto-merge is for what can become mergeable without a push: not for conflicts, drafts or missing commits. */
function judgeLater(judged: Judged): Refusal | null {
  const hopeful = inTheWay(judged).every((word) => !hopeless.has(word));
  return hopeful && judged.request.mergeStatus !== "cannot_be_merged" ? null : notAllowed;
}

/** Merges it, rules or not. */
export async function doMerge(state: GitlabState, call: Omit<MergeCall, "autoMerge" | "sha">): Promise<void> {
  const { project, request, by } = call;
  const { git, settings } = project;
  const before = git.tip(request.targetBranch);
  const author = { name: by.name, email: `${by.username}@example.invalid` };
  const message = call.message ?? `Merge branch '${request.sourceBranch}' into '${request.targetBranch}'`;
  let commit = request.sha;
  if (call.squash === true || settings.squashOption === "always") {
    const at = `refs-of-the-double/squash-${request.iid}`;
    await git.setBranch(at, before);
    commit = await git.merge({ into: at, commit, method: "squash", message: request.title, author });
    await git.setBranch(at, null);
    request.squashCommitSha = commit;
  }
  if (settings.mergeMethod === "ff") await git.setBranch(request.targetBranch, commit);
  else
    request.mergeCommitSha = await git.merge({ into: request.targetBranch, commit, method: "merge", message, author });
  request.state = "merged";
  request.autoMerge = null;
  request.train = null;
  request.updatedAt = state.now();
  state.emit({
    project,
    kind: "merge_requests",
    body: () => mergeRequestBody(state, { project, request, by, action: "merge" }),
  });
  const moves = [{ branch: request.targetBranch, before, after: git.tip(request.targetBranch) }];
  await afterMoves(state, { project, by, moves });
}

/** Merges what was set to merge by itself and now can be. */
export async function runAutoMerge(state: GitlabState, { project, request }: Place): Promise<void> {
  const { autoMerge } = request;
  if (autoMerge === null || request.state !== "opened") return;
  if (request.mergeStatus !== "can_be_merged") await check({ project, request });
  const judged = { project, request, facts: await gitFacts(project, request) };
  const pipeline = headPipeline(project, request);
  const green = pipeline === null || pipelineStatus(pipeline) === "success";
  if (!green || ciInTheWay(judged) !== null || inTheWay(judged).length + gitInTheWay(judged).length > 0) return;
  await doMerge(state, { project, request, by: autoMerge.by, squash: autoMerge.squash });
}

/** Puts the commits of the source branch onto the target's tip, in the background, as `PUT .../rebase` does. */
export function startRebase(state: GitlabState, { project, request, by }: Place & { by: Person }): Refusal | null {
  if (roleOf(project, by) < roles.developer)
    return { status: 403, message: "403 Forbidden - Cannot push to source branch" };
  if (project.git.tip(request.sourceBranch) === null)
    return { status: 403, message: "403 Forbidden - Source branch does not exist" };
  request.rebasing = true;
  state.later(async () => {
    try {
      await rebase(state, { project, request, by });
    } catch {
      request.mergeError = "Rebase failed: Rebase locally, resolve all conflicts, then push the branch.";
    } finally {
      request.rebasing = false;
    }
  });
  return null;
}

async function rebase(state: GitlabState, { project, request, by }: Place & { by: Person }): Promise<void> {
  const { git } = project;
  const at = `refs-of-the-double/rebase-${request.iid}`;
  const before = request.sha;
  await git.setBranch(at, git.tip(request.targetBranch));
  try {
    const author = { name: by.name, email: `${by.username}@example.invalid` };
    const after = await git.merge({ into: at, commit: before, method: "rebase", message: "", author });
    if (git.tip(request.sourceBranch) !== before) return;
    await git.setBranch(request.sourceBranch, after);
    await afterMoves(state, { project, by, moves: [{ branch: request.sourceBranch, before, after }] });
  } finally {
    await git.setBranch(at, null);
  }
}
