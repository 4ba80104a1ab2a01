import { describe, expect, test } from "vitest";
import { InvalidHookError } from "./hook-reading.ts";
import { readGitlab, reduceGitlab } from "./gitlab-signals.ts";
import type { Signal } from "./signal.ts";

const project = { id: 15, path_with_namespace: "acme/app" };
const none: Signal = {
  provider: "gitlab",
  repo: { id: "15", name: "acme/app" },
  pull: null,
  sha: null,
  branch: null,
  head: null,
  kind: "pr",
  action: null,
  installation: null,
  at: null,
};
const at = "2026-11-22T10:00:00.000Z";
const request = (action: string) => ({
  project,
  object_kind: "merge_request",
  object_attributes: { iid: 7, action, updated_at: "2026-11-22 10:00:00 UTC", last_commit: { id: "head" } },
});
const ofRequest = { pull: 7, head: "head", at };

/** Event, body, and what it says (scm §3.1 in GitLab's words). */
const table: readonly (readonly [string, object, readonly Partial<Signal>[]])[] = [
  ...["open", "close", "reopen", "update", "merge"].map(
    (action) => ["merge_request", request(action), [{ kind: "pr", ...ofRequest, action }]] as const,
  ),
  ...["approved", "unapproved", "approval", "unapproval"].map(
    (action) => ["merge_request", request(action), [{ kind: "review", ...ofRequest, action }]] as const,
  ),
  [
    "note",
    { project, object_attributes: { action: "create" }, merge_request: { iid: 7 } },
    [{ kind: "thread", pull: 7, action: "create" }],
  ],
  ["confidential_note", { project, object_attributes: {}, merge_request: { iid: 7 } }, [{ kind: "thread", pull: 7 }]],
  ["note", { project, object_attributes: { noteable_type: "Issue" } }, []],
  [
    "pipeline",
    { project, object_attributes: { sha: "c1", status: "success" }, merge_request: { iid: 7 } },
    [
      { kind: "check", sha: "c1", action: "success" },
      { kind: "check", sha: "c1", pull: 7, action: "success" },
    ],
  ],
  ["pipeline", { project, object_attributes: { sha: "c1" }, merge_request: null }, [{ kind: "check", sha: "c1" }]],
  [
    "job",
    { project_id: 15, sha: "c1", build_status: "failed" },
    [{ kind: "check", sha: "c1", action: "failed", repo: { id: "15", name: null } }],
  ],
  ["push", { project, ref: "refs/heads/main", after: "c2" }, [{ kind: "push", branch: "main", head: "c2" }]],
  ["push", { project, ref: "refs/heads/gone", after: "0".repeat(40) }, [{ kind: "push", branch: "gone", head: null }]],
  [
    "push",
    { project, ref: "refs/heads/main", after: "c2", commits: [{ modified: [".gitlab/CODEOWNERS"] }, { added: ["x"] }] },
    [{ kind: "push", branch: "main", head: "c2" }, { kind: "rule" }],
  ],
  ["push", { project, ref: "refs/tags/v1", after: "c2" }, []],
  ["tag_push", { project, ref: "refs/tags/v1", after: "c2" }, []],
  ["member", { event_name: "user_add_to_group" }, [{ kind: "rule", repo: { id: null, name: null } }]],
  ["system", request("open"), [{ kind: "pr", ...ofRequest, action: "open" }]],
  [
    "system",
    { event_name: "project_rename", project_id: 15, path_with_namespace: "acme/new" },
    [{ kind: "repo", action: "project_rename", repo: { id: "15", name: "acme/new" } }],
  ],
  ["system", { event_name: "user_create" }, []],
  ["release", { project }, []],
  ["an_event_of_next_year", {}, []],
];

describe("what a webhook of GitLab says", () => {
  test.each(table)("%s %j", (event, data, expected) => {
    const reading = readGitlab(event, data);
    expect(reading.signals).toEqual(expected.map((signal) => ({ ...none, ...signal })));
    expect(readGitlab(event, JSON.parse(reduceGitlab(event, data)))).toEqual(reading);
  });

  test.each([
    ["merge_request", { project }],
    ["merge_request", { ...request("open"), project: undefined }],
    ["push", { project }],
    ["job", { sha: "c1" }],
    ["system", { object_kind: "merge_request" }],
  ])("a %s that is none is refused: %j", (event, data) => {
    expect(() => readGitlab(event, data)).toThrow(InvalidHookError);
  });

  test("a time that cannot be read is none", () => {
    const data = { ...request("open"), object_attributes: { iid: 7, updated_at: "soon" } };
    expect(readGitlab("merge_request", data).signals[0]?.at).toBeNull();
  });
});
