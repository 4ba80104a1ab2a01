import { gitFacts } from "./git-facts.ts";
import type { GitlabState } from "./gitlab-state.ts";
import { mergeRequestBody, pushBody } from "./hooks/hook-bodies.ts";
import type { MergeRequest, Person, Project } from "./types.ts";

export interface BranchMove {
  readonly branch: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What GitLab does after branches have moved: new versions, lost approvals, what is to be looked at anew, and hooks. */
export async function afterMoves(
  state: GitlabState,
  { project, by, moves }: { project: Project; by: Person; moves: readonly BranchMove[] },
): Promise<void> {
  for (const move of moves) {
    for (const request of project.mergeRequests.filter((one) => one.state === "opened")) {
      if (request.sourceBranch === move.branch && move.after !== null)
        await newVersion(state, { project, request, by, head: move.after });
      if (request.targetBranch === move.branch) await targetMoved(state, project, request);
    }
    state.emit({ project, kind: "push", body: () => pushBody(state, { project, by, move }) });
  }
}

interface NewVersion {
  readonly project: Project;
  readonly request: MergeRequest;
  readonly by: Person;
  readonly head: string;
}

async function newVersion(state: GitlabState, { project, request, by, head }: NewVersion): Promise<void> {
  const before = request.sha;
  if (before === head) return;
  request.sha = head;
  request.updatedAt = state.now();
  request.versions.push({ id: state.newId(), head, createdAt: state.now() });
  request.mergeStatus = "unchecked";
  request.mergeError = null;
  // "Auto-merge is canceled when new commits are pushed" (docs: auto-merge).
  request.autoMerge = null;
  request.train = null;
  if (project.settings.resetApprovalsOnPush) request.approvals.clear();
  await followLines({ project, request, before });
  state.emit({
    project,
    kind: "merge_requests",
    body: () => mergeRequestBody(state, { project, request, by, action: "update", oldrev: before }),
  });
}

/** A note stays on its line as long as the line is what it was; else it keeps the head it was written on. */
async function followLines({ project, request, before }: Omit<NewVersion, "by" | "head"> & { before: string }) {
  for (const note of request.discussions.flatMap((discussion) => discussion.notes)) {
    const { position } = note;
    if (position === null || position.headSha !== before) continue;
    const [was, is] = await Promise.all([
      project.git.fileAt(before, position.path),
      project.git.fileAt(request.sha, position.path),
    ]);
    const line = (text: string | null) => text?.split("\n")[position.line - 1];
    if (is !== null && line(was) === line(is)) note.position = { ...position, headSha: request.sha };
  }
}

/** Whether it can be merged is to be found out again; when the target has all of it, it is merged. */
async function targetMoved(state: GitlabState, project: Project, request: MergeRequest): Promise<void> {
  const { hasCommits } = await gitFacts(project, request);
  request.mergeStatus = "unchecked";
  const tip = project.git.tip(request.targetBranch);
  if (hasCommits || tip === null || project.git.tip(request.sourceBranch) !== request.sha) return;
  request.state = "merged";
  request.mergeCommitSha = tip;
  request.updatedAt = state.now();
  const by = request.author;
  state.emit({
    project,
    kind: "merge_requests",
    body: () => mergeRequestBody(state, { project, request, by, action: "merge" }),
  });
}
