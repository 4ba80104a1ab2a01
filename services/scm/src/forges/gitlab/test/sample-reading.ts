import type { GitlabProject, GitlabRequestState } from "../gitlab-shapes.ts";
import type { RequestReading } from "../read-request.ts";

export const head = "a".repeat(40);

export const sampleProject: GitlabProject = {
  id: 7,
  path_with_namespace: "acme/app",
  default_branch: "main",
  archived: false,
  merge_method: "merge",
  squash_option: "default_off",
};

const sampleRequest: GitlabRequestState = {
  iid: 5,
  title: "Do it",
  description: "As asked.",
  state: "opened",
  draft: false,
  sha: head,
  source_branch: "gt/x",
  target_branch: "main",
  source_project_id: 7,
  target_project_id: 7,
  author: { id: 1, username: "gastown" },
  reviewers: [],
  merge_status: "can_be_merged",
  detailed_merge_status: "mergeable",
  has_conflicts: false,
  merge_when_pipeline_succeeds: false,
  user: { can_merge: true },
  web_url: "https://gitlab.example/acme/app/-/merge_requests/5",
  updated_at: "2026-11-22T10:00:00Z",
};

interface Given {
  readonly project?: Partial<GitlabProject>;
  readonly request?: Partial<GitlabRequestState>;
  readonly reading?: Partial<RequestReading>;
}

/** A merge request that can be merged, but for what is given. */
export function sampleReading({ project, request, reading }: Given = {}): RequestReading {
  return {
    project: { ...sampleProject, ...project },
    request: { ...sampleRequest, ...request },
    self: 1,
    base: "b".repeat(40),
    approvals: { approved_by: [] },
    reviewers: [],
    discussions: { items: [], complete: true },
    headSince: null,
    pipeline: null,
    statuses: { items: [], complete: true },
    external: [],
    train: null,
    ...reading,
  };
}
