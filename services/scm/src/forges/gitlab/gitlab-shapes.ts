import { z } from "zod";

// What is read of GitLab's answers (REST v4); fields that are not named here may be anything.

const user = z.object({ id: z.number(), username: z.string() });

export const userShape = user;

export const projectShape = z.object({
  id: z.number(),
  path_with_namespace: z.string(),
  /** Null: the repository is empty. */
  default_branch: z.string().nullish(),
  archived: z.boolean().default(false),
  merge_method: z.string().default("merge"),
  squash_option: z.string().default("default_off"),
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
  allow_merge_on_skipped_pipeline: z.boolean().nullish(),
  only_allow_merge_if_all_discussions_are_resolved: z.boolean().nullish(),
  merge_trains_enabled: z.boolean().nullish(),
  permissions: z
    .object({
      project_access: z.object({ access_level: z.number() }).nullish(),
      group_access: z.object({ access_level: z.number() }).nullish(),
    })
    .nullish(),
});
export type GitlabProject = z.infer<typeof projectShape>;

const pipelineShape = z.object({
  id: z.number(),
  sha: z.string(),
  ref: z.string(),
  status: z.string(),
  web_url: z.string().nullish(),
});
export type GitlabPipeline = z.infer<typeof pipelineShape>;

export const requestShape = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  draft: z.boolean().default(false),
  /** Null while GitLab prepares a new one. */
  sha: z.string().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number(),
  author: user,
  reviewers: z.array(user).default([]),
  user_notes_count: z.number().nullish(),
  merge_status: z.string().default("unchecked"),
  /** From GitLab 15.6 on. */
  detailed_merge_status: z.string().optional(),
  has_conflicts: z.boolean().default(false),
  merge_when_pipeline_succeeds: z.boolean().default(false),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  merge_error: z.string().nullish(),
  head_pipeline: pipelineShape.nullish(),
  diverged_commits_count: z.number().nullish(),
  user: z.object({ can_merge: z.boolean() }).nullish(),
  web_url: z.string(),
  updated_at: z.string().nullish(),
});
export type GitlabRequestState = z.infer<typeof requestShape>;

export const branchShape = z.object({ name: z.string(), commit: z.object({ id: z.string() }) });

export const approvalsShape = z.object({
  /** Absent where approvals cannot be required (the free tier). */
  approvals_required: z.number().nullish(),
  approvals_left: z.number().nullish(),
  approved_by: z.array(z.object({ user, approved_at: z.string().nullish() })).default([]),
});
export type GitlabApprovals = z.infer<typeof approvalsShape>;

export const reviewerShape = z.object({ user, state: z.string() });
export type GitlabReviewer = z.infer<typeof reviewerShape>;

export const versionShape = z.object({ head_commit_sha: z.string(), created_at: z.string() });

export const noteShape = z.object({
  id: z.number(),
  body: z.string(),
  author: user,
  system: z.boolean(),
  resolvable: z.boolean().default(false),
  resolved: z.boolean().default(false),
  created_at: z.string(),
  position: z
    .object({
      head_sha: z.string().nullish(),
      new_path: z.string().nullish(),
      old_path: z.string().nullish(),
      new_line: z.number().nullish(),
      old_line: z.number().nullish(),
    })
    .nullish(),
});
export type GitlabNote = z.infer<typeof noteShape>;

export const discussionShape = z.object({ id: z.string(), notes: z.array(noteShape) });
export type GitlabDiscussion = z.infer<typeof discussionShape>;

/** A job of a pipeline, or a status that somebody posted. */
export const statusShape = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
  allow_failure: z.boolean().default(false),
  /** From GitLab 17.9 on. */
  pipeline_id: z.number().nullish(),
});
export type GitlabStatus = z.infer<typeof statusShape>;

export const commitShape = z.object({ id: z.string(), parent_ids: z.array(z.string()).default([]) });

/** An external status check (Ultimate). */
export const externalCheckShape = z.object({ name: z.string(), status: z.string() });
export type GitlabExternalCheck = z.infer<typeof externalCheckShape>;

export const trainShape = z.object({ status: z.string() });
