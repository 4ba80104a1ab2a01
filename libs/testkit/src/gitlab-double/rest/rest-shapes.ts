import { gitFacts } from "../git-facts.ts";
import { roleOf, type GitlabState } from "../gitlab-state.ts";
import {
  approvalsLeft,
  detailedMergeStatus,
  lastPipeline,
  isDraft,
  pipelineStatus,
  unresolved,
} from "../merge-status.ts";
import { mayMerge } from "../merging.ts";
import type { Discussion, Job, MergeRequest, Note, Person, Pipeline, Project } from "../types.ts";

// JSON as GitLab's REST v4 pages show it; fields that are there for show alone are left out.

const iso = (ms: number) => new Date(ms).toISOString();

export function userShape(state: GitlabState, { id, username, name, bot }: Person) {
  return { id, username, name, state: "active", bot, web_url: `${state.webUrl()}/${username}` };
}

export function projectShape(state: GitlabState, project: Project, by: Person) {
  const { id, path, defaultBranch, settings } = project;
  const role = roleOf(project, by);
  const url = `${state.webUrl()}/${path}`;
  return {
    id,
    name: path.split("/").at(-1),
    path_with_namespace: path,
    default_branch: project.git.tip(defaultBranch) === null ? null : defaultBranch,
    web_url: url,
    http_url_to_repo: `${url}.git`,
    visibility: "private",
    archived: settings.archived,
    empty_repo: project.git.branches().length === 0,
    merge_requests_enabled: true,
    merge_method: settings.mergeMethod,
    squash_option: settings.squashOption,
    only_allow_merge_if_pipeline_succeeds: settings.pipelineMustSucceed,
    allow_merge_on_skipped_pipeline: settings.skippedPipelineIsSuccess,
    only_allow_merge_if_all_discussions_are_resolved: settings.discussionsMustBeResolved,
    merge_trains_enabled: settings.mergeTrains,
    permissions: { project_access: role === 0 ? null : { access_level: role }, group_access: null },
  };
}

/** A merge request; `diverged` when it was asked for. */
export async function requestShape(
  state: GitlabState,
  { project, request }: { project: Project; request: MergeRequest },
  asked: { by: Person; diverged?: boolean },
) {
  const facts = await gitFacts(project, request);
  const pipeline = lastPipeline(project, request);
  const { id, iid, title, description, sha } = request;
  const baseSha = project.git.tip(request.targetBranch);
  return {
    id,
    iid,
    project_id: project.id,
    title,
    description,
    sha,
    state: request.state,
    author: userShape(state, request.author),
    reviewers: request.reviewers.map(({ person }) => userShape(state, person)),
    source_branch: request.sourceBranch,
    target_branch: request.targetBranch,
    source_project_id: project.id,
    target_project_id: project.id,
    draft: isDraft(title),
    merge_status: request.mergeStatus,
    detailed_merge_status: detailedMergeStatus({ project, request, facts }),
    has_conflicts: request.mergeStatus === "cannot_be_merged",
    user_notes_count: request.discussions.flatMap(({ notes }) => notes).filter((note) => !note.system).length,
    blocking_discussions_resolved: !project.settings.discussionsMustBeResolved || unresolved(request) === 0,
    merge_when_pipeline_succeeds: request.autoMerge !== null,
    merge_commit_sha: request.mergeCommitSha,
    squash_commit_sha: request.squashCommitSha,
    merge_error: request.mergeError,
    rebase_in_progress: request.rebasing,
    head_pipeline: pipeline === null ? null : pipelineShape(state, project, pipeline),
    diff_refs: { base_sha: baseSha, head_sha: sha, start_sha: baseSha },
    ...(asked.diverged === true ? { diverged_commits_count: facts.diverged } : {}),
    user: { can_merge: mayMerge(project, request, asked.by) },
    web_url: `${state.webUrl()}/${project.path}/-/merge_requests/${iid}`,
    created_at: iso(request.createdAt),
    updated_at: iso(request.updatedAt),
  };
}

function pipelineShape(state: GitlabState, project: Project, pipeline: Pipeline) {
  const { id, sha, ref, createdAt } = pipeline;
  const url = `${state.webUrl()}/${project.path}/-/pipelines/${id}`;
  const status = pipelineStatus(pipeline);
  return { id, project_id: project.id, sha, ref, status, source: "push", web_url: url, created_at: iso(createdAt) };
}

/** What `GET .../commits/:sha/statuses` tells of a job. */
export function statusShape(
  state: GitlabState,
  { project, pipeline, job }: { project: Project; pipeline: Pipeline; job: Job },
) {
  return {
    id: job.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: job.status,
    name: job.name,
    description: job.description,
    target_url: job.external ? null : `${state.webUrl()}/${project.path}/-/jobs/${job.id}`,
    allow_failure: job.allowFailure,
    pipeline_id: pipeline.id,
    created_at: iso(pipeline.createdAt),
  };
}

export function discussionShape(state: GitlabState, discussion: Discussion) {
  return {
    id: discussion.id,
    individual_note: discussion.individual,
    notes: discussion.notes.map((note) => noteShape(state, note)),
  };
}

export function noteShape(state: GitlabState, note: Note) {
  const { position } = note;
  return {
    id: note.id,
    type: position === null ? (note.resolvable ? "DiscussionNote" : null) : "DiffNote",
    body: note.body,
    author: userShape(state, note.author),
    system: note.system,
    noteable_type: "MergeRequest",
    resolvable: note.resolvable,
    ...(note.resolvable ? { resolved: note.resolved } : {}),
    created_at: iso(note.createdAt),
    updated_at: iso(note.updatedAt),
    ...(position === null
      ? {}
      : {
          position: {
            base_sha: position.baseSha,
            start_sha: position.baseSha,
            head_sha: position.headSha,
            position_type: "text",
            old_path: position.path,
            new_path: position.path,
            old_line: null,
            new_line: position.line,
          },
        }),
  };
}

export function approvalsShape(state: GitlabState, { project, request }: { project: Project; request: MergeRequest }) {
  const left = approvalsLeft(project, request);
  const { approvalsRequired: required } = project.settings;
  return {
    id: request.id,
    iid: request.iid,
    project_id: project.id,
    state: request.state,
    merge_status: request.mergeStatus,
    approved: left === 0,
    ...(required === null ? {} : { approvals_required: required, approvals_left: left }),
    approved_by: [...request.approvals].map(([person, at]) => ({
      user: userShape(state, person),
      approved_at: iso(at),
    })),
  };
}
