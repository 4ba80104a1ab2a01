import type { PrState } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derive } from "../../domain/derive.ts";
import type { MergePolicy } from "../../domain/snapshot.ts";
import type { GitlabNote, GitlabPipeline, GitlabProject, GitlabRequestState, GitlabStatus } from "./gitlab-shapes.ts";
import { mapRequest } from "./map-request.ts";
import type { RequestReading } from "./read-request.ts";
import { head, sampleReading } from "./test/sample-reading.ts";

const policy: MergePolicy = {
  method: "merge",
  requireApproval: false,
  allowUnstable: true,
  resolveAllThreads: false,
  waitOptional: false,
  expectChecks: false,
  settleMs: 0,
  delegate: "none",
};

function judge(reading: RequestReading) {
  const snapshot = mapRequest(reading, new Date("2026-11-22T10:00:00Z"));
  const derived = derive(snapshot, policy, { knownHead: null, headAgeMs: 3_600_000, refusal: null });
  return { ...derived, snapshot, all: derived.causes.map((cause) => cause.state) };
}

const bob = { id: 2, username: "bob" };
const note: GitlabNote = {
  id: 1,
  body: "Why?",
  author: bob,
  system: false,
  resolvable: true,
  resolved: false,
  created_at: "2026-11-22T09:00:00Z",
};
const pipeline: GitlabPipeline = { id: 3, sha: head, ref: "gt/x", status: "success" };
const job: GitlabStatus = { id: 4, name: "test", status: "success", allow_failure: false, pipeline_id: 3 };
const must: Partial<GitlabProject> = { only_allow_merge_if_pipeline_succeeds: true };

interface Row {
  readonly word: string;
  readonly state: PrState;
  readonly request?: Partial<GitlabRequestState>;
  readonly project?: Partial<GitlabProject>;
  readonly reading?: Partial<RequestReading>;
}

// scm §8, word by word.
const rows: Row[] = [
  { word: "mergeable", state: "ready" },
  { word: "conflict", state: "conflicts", request: { has_conflicts: true, merge_status: "cannot_be_merged" } },
  { word: "need_rebase", state: "behind" },
  { word: "draft_status", state: "draft", request: { draft: true } },
  {
    word: "requested_changes",
    state: "changes_requested",
    reading: { reviewers: [{ user: bob, state: "requested_changes" }] },
  },
  {
    word: "not_approved",
    state: "awaiting_approval",
    reading: { approvals: { approvals_required: 1, approvals_left: 1, approved_by: [] } },
  },
  {
    word: "ci_must_pass",
    state: "checks_failing",
    project: must,
    reading: {
      pipeline: { ...pipeline, status: "failed" },
      statuses: { items: [{ ...job, status: "failed" }], complete: true },
    },
  },
  { word: "ci_must_pass", state: "checks_pending", project: must },
  {
    word: "ci_still_running",
    state: "checks_pending",
    project: must,
    reading: {
      pipeline: { ...pipeline, status: "running" },
      statuses: { items: [{ ...job, status: "running" }], complete: true },
    },
  },
  {
    word: "status_checks_must_pass",
    state: "checks_pending",
    reading: { external: [{ name: "scan", status: "pending" }] },
  },
  {
    word: "status_checks_must_pass",
    state: "checks_failing",
    reading: { external: [{ name: "scan", status: "failed" }] },
  },
  { word: "external_status_checks", state: "checks_pending", reading: { external: null } },
  {
    word: "discussions_not_resolved",
    state: "unresolved_threads",
    project: { only_allow_merge_if_all_discussions_are_resolved: true },
    reading: { discussions: { items: [{ id: "d", notes: [note] }], complete: true } },
  },
  { word: "checking", state: "unknown", request: { merge_status: "checking" } },
  { word: "unchecked", state: "unknown", request: { merge_status: "unchecked" } },
  { word: "preparing", state: "unknown", request: { sha: null, merge_status: "unchecked" } },
  { word: "approvals_syncing", state: "unknown" },
  { word: "not_open", state: "closed", request: { state: "closed" } },
  { word: "not_open", state: "merged", request: { state: "merged", merge_commit_sha: "c".repeat(40) } },
  { word: "broken_status", state: "conflicts" },
  ...[
    "merge_request_blocked",
    "merge_time",
    "jira_association_missing",
    "security_policy_violations",
    "security_policy_pipeline_check",
    "locked_paths",
    "locked_lfs_files",
    "title_regex",
    "commits_status",
    "blocked_status",
    "policies_denied",
    "a_word_of_tomorrow",
  ].map((word): Row => ({ word, state: "blocked" })),
];

test.each(rows)("$word is $state", ({ word, state, ...given }) => {
  const { state: derived, snapshot } = judge(
    sampleReading({ ...given, request: { detailed_merge_status: word, ...given.request } }),
  );
  expect(derived).toBe(state);
  expect(snapshot.gateRaw).toBe(word);
});

test("blocked without a cause that we know names GitLab's word", () => {
  const { causes } = judge(sampleReading({ request: { detailed_merge_status: "locked_paths" } }));
  expect(causes[0]?.message).toContain("locked_paths");
});

test("no word but mergeable is ever ready", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("opened", "locked", "new"), (word, state) => {
      fc.pre(word !== "mergeable" || state !== "opened");
      const { action } = judge(sampleReading({ request: { detailed_merge_status: word, state } }));
      expect(action.do).not.toBe("merge");
    }),
  );
});

describe("before GitLab 15.6", () => {
  test.each([
    ["cannot_be_merged", "conflicts"],
    ["unchecked", "unknown"],
    ["can_be_merged", "blocked"],
  ] as const)("%s is %s", (word, state) => {
    const { detailed_merge_status: _, ...old } = sampleReading().request;
    expect(judge({ ...sampleReading(), request: { ...old, merge_status: word } }).state).toBe(state);
  });
});

test("a word that comes first hides nothing", () => {
  const { all, state } = judge(
    sampleReading({
      request: { detailed_merge_status: "requested_changes", draft: true, diverged_commits_count: 3 },
      project: { ...must, merge_method: "ff", only_allow_merge_if_all_discussions_are_resolved: true },
      reading: {
        approvals: { approvals_required: 2, approvals_left: 1, approved_by: [] },
        reviewers: [{ user: bob, state: "requested_changes" }],
        discussions: { items: [{ id: "d", notes: [note] }], complete: true },
        pipeline: { ...pipeline, status: "failed" },
        statuses: { items: [{ ...job, status: "failed" }], complete: true },
      },
    }),
  );
  expect(state).toBe("draft");
  expect(new Set(all)).toEqual(
    new Set(["draft", "changes_requested", "checks_failing", "unresolved_threads", "behind", "blocked"]),
  );
});

test("behind goes before awaiting approval, which GitLab tells first (gitlab #570458)", () => {
  const { all } = judge(
    sampleReading({
      request: { detailed_merge_status: "not_approved", diverged_commits_count: 1 },
      project: { merge_method: "rebase_merge" },
      reading: { approvals: { approvals_required: 1, approvals_left: 1, approved_by: [] } },
    }),
  );
  expect(all).toEqual(["behind", "awaiting_approval"]);
});

test("commits of the base are missed only where the project wants heads up to date", () => {
  expect(judge(sampleReading({ request: { diverged_commits_count: 9 } })).state).toBe("ready");
});

test.each([
  ["merge", "default_off", ["merge", "squash"]],
  ["merge", "always", ["squash"]],
  ["rebase_merge", "never", ["merge"]],
  ["ff", "default_on", ["rebase", "squash"]],
  ["a method of tomorrow", "default_on", []],
])("a project that merges by %s, squashing %s, allows %j", (merge_method, squash_option, methods) => {
  expect(judge(sampleReading({ project: { merge_method, squash_option } })).snapshot.methods).toEqual(methods);
});

test("a merge request of a fork, a token that may not merge, a train", () => {
  expect(judge(sampleReading({ request: { source_project_id: 8 } })).snapshot.isFork).toBe(true);
  const powerless = judge(sampleReading({ request: { user: { can_merge: false } } }));
  expect([powerless.state, powerless.snapshot.permissions.contents]).toEqual(["blocked", false]);
  const train = { project: { merge_trains_enabled: true } };
  expect(judge(sampleReading(train)).action).toEqual({ do: "enqueue", expectedHead: head });
  expect(judge(sampleReading({ ...train, reading: { train: "fresh" } })).state).toBe("queued");
});

test.each<[Partial<GitlabRequestState>, string]>([
  [{}, head],
  [{ squash_commit_sha: "5".repeat(40) }, "5".repeat(40)],
  [{ squash_commit_sha: "5".repeat(40), merge_commit_sha: "c".repeat(40) }, "c".repeat(40)],
])("merged with %j it is merged as %s: a fast-forward has no commit of its own", (more, mergeSha) => {
  const request = { state: "merged", detailed_merge_status: "not_open", ...more };
  expect(judge(sampleReading({ request })).snapshot).toMatchObject({ state: "merged", mergeSha });
});
