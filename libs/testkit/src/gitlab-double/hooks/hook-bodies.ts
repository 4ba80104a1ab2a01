import type { GitlabState } from "../gitlab-state.ts";
import { headPipeline, isDraft, pipelineStatus } from "../merge-status.ts";
import type { Discussion, MergeRequest, Note, Person, Pipeline, Project } from "../types.ts";
import type { BranchMove } from "../pushes.ts";

// The shapes are those of GitLab's page "Webhook events", without the fields that are there for show.

interface About {
  readonly project: Project;
  readonly request: MergeRequest;
  readonly by: Person;
}

/** `object_kind: "merge_request"`. */
export function mergeRequestBody(
  state: GitlabState,
  { project, request, by, action, oldrev }: About & { action: string; oldrev?: string },
): unknown {
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: userOf(by),
    project: projectOf(state, project),
    repository: { name: project.path, url: `${state.webUrl()}/${project.path}.git` },
    object_attributes: {
      ...mergeRequestOf(state, project, request),
      action,
      ...(oldrev === undefined ? {} : { oldrev }),
      detailed_merge_status: request.mergeStatus === "can_be_merged" ? "mergeable" : request.mergeStatus,
    },
    labels: [],
    changes: {},
    reviewers: request.reviewers.map((reviewer) => ({ ...userOf(reviewer.person), state: reviewer.state })),
  };
}

/** `object_kind: "note"` on a merge request. */
export function noteBody(
  state: GitlabState,
  { project, request, by, note, discussion }: About & { note: Note; discussion: Discussion },
): unknown {
  return {
    object_kind: "note",
    event_type: "note",
    user: userOf(by),
    project_id: project.id,
    project: projectOf(state, project),
    repository: { name: project.path, url: `${state.webUrl()}/${project.path}.git` },
    object_attributes: {
      id: note.id,
      note: note.body,
      noteable_type: "MergeRequest",
      author_id: by.id,
      created_at: new Date(note.createdAt).toISOString(),
      project_id: project.id,
      noteable_id: request.id,
      system: note.system,
      discussion_id: discussion.id,
      type: note.position === null ? null : "DiffNote",
      action: "create",
      url: `${state.webUrl()}/${project.path}/-/merge_requests/${request.iid}#note_${note.id}`,
    },
    merge_request: mergeRequestOf(state, project, request),
  };
}

/** `object_kind: "push"`. */
export function pushBody(
  state: GitlabState,
  { project, by, move }: { project: Project; by: Person; move: BranchMove },
): unknown {
  const none = "0".repeat(40);
  return {
    object_kind: "push",
    event_name: "push",
    before: move.before ?? none,
    after: move.after ?? none,
    ref: `refs/heads/${move.branch}`,
    ref_protected: move.branch === project.defaultBranch,
    checkout_sha: move.after,
    user_id: by.id,
    user_name: by.name,
    user_username: by.username,
    project_id: project.id,
    project: projectOf(state, project),
    commits: [],
    total_commits_count: 0,
  };
}

/** `object_kind: "pipeline"`. */
export function pipelineBody(
  state: GitlabState,
  { project, pipeline }: { project: Project; pipeline: Pipeline },
): unknown {
  const request = project.mergeRequests.find((one) => one.sha === pipeline.head && one.state === "opened");
  const { id, ref, sha } = pipeline;
  const status = pipelineStatus(pipeline);
  return {
    object_kind: "pipeline",
    object_attributes: { id, ref, sha, tag: false, status, detailed_status: status, source: "push" },
    merge_request: request === undefined ? null : mergeRequestOf(state, project, request),
    user: null,
    project: projectOf(state, project),
    commit: { id: sha },
    builds: pipeline.jobs.map(({ id: job, name, status: became, allowFailure }) => ({
      id: job,
      name,
      status: became,
      allow_failure: allowFailure,
      stage: "test",
    })),
  };
}

function userOf({ id, name, username }: Person) {
  return { id, name, username };
}

function projectOf(state: GitlabState, { id, path, defaultBranch }: Project) {
  const url = `${state.webUrl()}/${path}`;
  return {
    id,
    name: path.split("/").at(-1),
    web_url: url,
    git_http_url: `${url}.git`,
    path_with_namespace: path,
    default_branch: defaultBranch,
    visibility_level: 0,
  };
}

function mergeRequestOf(state: GitlabState, project: Project, request: MergeRequest) {
  const { id, iid, title, description, sourceBranch, targetBranch, sha } = request;
  return {
    id,
    iid,
    title,
    description,
    state: request.state,
    draft: isDraft(title),
    source_branch: sourceBranch,
    target_branch: targetBranch,
    source_project_id: project.id,
    target_project_id: project.id,
    author_id: request.author.id,
    merge_status: request.mergeStatus,
    merge_commit_sha: request.mergeCommitSha,
    head_pipeline_id: headPipeline(project, request)?.id ?? null,
    last_commit: { id: sha },
    url: `${state.webUrl()}/${project.path}/-/merge_requests/${iid}`,
    updated_at: new Date(request.updatedAt).toISOString(),
  };
}
