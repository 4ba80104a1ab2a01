import { expect, test } from "vitest";
import { MemoryGit } from "../github-double/world/memory-git.ts";
import { detailedMergeStatus } from "./merge-status.ts";
import type { MergeRequest, Project, ProjectSettings } from "./types.ts";

const ann = { id: 1, username: "ann", name: "ann", bot: false };
const bob = { id: 2, username: "bob", name: "bob", bot: false };

function projectWith(settings: Partial<ProjectSettings>): Project {
  return {
    id: 1,
    path: "acme/app",
    defaultBranch: "main",
    git: new MemoryGit({ now: () => 0, seed: "x", defaultBranch: "main", files: {} }),
    settings: {
      mergeMethod: "merge",
      squashOption: "default_off",
      pipelineMustSucceed: false,
      skippedPipelineIsSuccess: false,
      discussionsMustBeResolved: false,
      mergeTrains: false,
      approvalsRequired: 0,
      resetApprovalsOnPush: true,
      requestedChangesBlock: true,
      projectTokens: true,
      archived: false,
      protectedRole: 40,
      ...settings,
    },
    members: new Map(),
    mergeRequests: [],
    pipelines: [],
    hooks: [],
    hookEvents: [],
  };
}

function requestWith(more: Partial<MergeRequest>): MergeRequest {
  return {
    id: 1,
    iid: 1,
    author: ann,
    title: "Do it",
    description: "",
    state: "opened",
    sourceBranch: "gt/x",
    targetBranch: "main",
    sha: "a".repeat(40),
    versions: [],
    mergeStatus: "can_be_merged",
    reviewers: [],
    approvals: new Map(),
    discussions: [],
    autoMerge: null,
    train: null,
    otherBlock: null,
    mergeCommitSha: null,
    squashCommitSha: null,
    rebasing: false,
    mergeError: null,
    createdAt: 0,
    updatedAt: 0,
    ...more,
  };
}

const objection = { person: bob, state: "requested_changes" as const, createdAt: 0 };
const note = {
  id: 1,
  author: bob,
  body: "Why?",
  system: false,
  resolvable: true,
  resolved: false,
  createdAt: 0,
  updatedAt: 0,
};
const thread = { id: "d", individual: false, notes: [{ ...note, position: null }] };
const behind = { hasCommits: true, diverged: 1 };
const fine = { hasCommits: true, diverged: 0 };
const linear = { mergeMethod: "ff" as const };

// Each row has all that comes after it in GitLab's order in its way too: only the first is told.
test.each<[string, Partial<MergeRequest>, Partial<ProjectSettings>]>([
  ["checking", { mergeStatus: "checking", reviewers: [objection] }, { approvalsRequired: 1 }],
  ["requested_changes", { reviewers: [objection] }, { approvalsRequired: 1, ...linear }],
  ["not_approved", { title: "Draft: x", discussions: [thread] }, { approvalsRequired: 1, ...linear }],
  ["merge_time", { otherBlock: "merge_time", title: "Draft: x" }, linear],
  ["not_open", { state: "closed", title: "Draft: x" }, linear],
  ["draft_status", { title: "Draft: x", discussions: [thread] }, { discussionsMustBeResolved: true, ...linear }],
  [
    "discussions_not_resolved",
    { discussions: [thread], mergeStatus: "cannot_be_merged" },
    { discussionsMustBeResolved: true },
  ],
  ["conflict", { mergeStatus: "cannot_be_merged" }, { pipelineMustSucceed: true, ...linear }],
  ["need_rebase", {}, { pipelineMustSucceed: true, ...linear }],
])("%s is told first", (word, request, settings) => {
  const judged = { project: projectWith(settings), request: requestWith(request), facts: behind };
  expect(detailedMergeStatus(judged)).toBe(word);
});

test.each<[string, string]>([
  ["running", "ci_still_running"],
  ["pending", "ci_still_running"],
  ["failed", "ci_must_pass"],
  ["skipped", "ci_must_pass"],
  ["success", "mergeable"],
])("a pipeline that is %s: %s", (status, word) => {
  const project = projectWith({ pipelineMustSucceed: true });
  const request = requestWith({});
  const job = { id: 1, name: "test", allowFailure: false, external: false, description: null, trace: "" };
  const jobs = [{ ...job, status: status as "running" }];
  project.pipelines.push({ id: 1, sha: request.sha, head: request.sha, ref: "gt/x", jobs, createdAt: 0 });
  expect(detailedMergeStatus({ project, request, facts: fine })).toBe(word);
});

test("no pipeline at all is one that must pass, and of another commit it is none", () => {
  const project = projectWith({ pipelineMustSucceed: true });
  project.pipelines.push({ id: 1, sha: "b".repeat(40), head: "b".repeat(40), ref: "gt/x", jobs: [], createdAt: 0 });
  expect(detailedMergeStatus({ project, request: requestWith({}), facts: fine })).toBe("ci_must_pass");
});

test("nobody approves their own", () => {
  const project = projectWith({ approvalsRequired: 1 });
  const own = requestWith({ approvals: new Map([[ann, 0]]) });
  expect(detailedMergeStatus({ project, request: own, facts: fine })).toBe("not_approved");
  const others = requestWith({ approvals: new Map([[bob, 0]]) });
  expect(detailedMergeStatus({ project, request: others, facts: fine })).toBe("mergeable");
});
