import { describe, expect, test } from "vitest";
import { InvalidHookError } from "./hook-reading.ts";
import { readGithub, reduceGithub } from "./github-signals.ts";
import type { Signal } from "./signal.ts";
import { publishedPayloads } from "./test/published-payloads.ts";

const published = publishedPayloads.map(({ event, action, body }, i) => ({
  name: event,
  data: JSON.parse(body) as unknown,
  title: `${event} ${action ?? ""} ${i}`,
}));
const options = { ownApp: "77" };

const repository = { id: 5, full_name: "acme/app" };
const installation = { id: 9 };
const at = "2026-11-22T10:00:00Z";
const pullRequest = { number: 7, updated_at: at, head: { sha: "head" } };
const own = { id: 77 };
const pulls = [
  { number: 7, base: { repo: { id: 5 } } },
  { number: 3, base: { repo: { id: 6 } } },
];

const none: Signal = {
  provider: "github",
  repo: { id: "5", name: "acme/app" },
  pull: null,
  sha: null,
  branch: null,
  head: null,
  kind: "pr",
  action: null,
  installation: "9",
  at: null,
};
const ofPull = { pull: 7, head: "head", at };

function say(event: string, data: object): Signal[] {
  return [...readGithub(event, { repository, installation, ...data }, options).signals];
}

/** Event, action, the rest of its body, and what it says (scm §3.1). */
const table: readonly (readonly [string, string | null, object, readonly Partial<Signal>[]])[] = [
  ...["opened", "reopened", "closed", "synchronize", "edited", "converted_to_draft", "ready_for_review"].map(
    (action) => ["pull_request", action, { pull_request: pullRequest }, [{ kind: "pr", ...ofPull }]] as const,
  ),
  ...["review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled", "stacked"].map(
    (action) => ["pull_request", action, { pull_request: pullRequest }, [{ kind: "pr", ...ofPull }]] as const,
  ),
  ...["labeled", "unlabeled", "locked", "an_action_of_next_year"].map(
    (action) => ["pull_request", action, { pull_request: pullRequest }, [{ kind: "pr", ...ofPull }]] as const,
  ),
  ...["enqueued", "dequeued"].map(
    (action) => ["pull_request", action, { pull_request: pullRequest }, [{ kind: "queue", ...ofPull }]] as const,
  ),
  ...["assigned", "unassigned", "milestoned", "demilestoned"].map(
    (action) => ["pull_request", action, { pull_request: pullRequest }, []] as const,
  ),
  ...["submitted", "edited", "dismissed"].map(
    (action) =>
      ["pull_request_review", action, { pull_request: pullRequest }, [{ kind: "review", ...ofPull }]] as const,
  ),
  ...["resolved", "unresolved"].map(
    (action) =>
      ["pull_request_review_thread", action, { pull_request: pullRequest }, [{ kind: "thread", ...ofPull }]] as const,
  ),
  ...["created", "deleted"].map(
    (action) =>
      ["pull_request_review_comment", action, { pull_request: pullRequest }, [{ kind: "thread", ...ofPull }]] as const,
  ),
  ["pull_request_review_comment", "edited", { pull_request: pullRequest }, []],
  ...["created", "completed", "rerequested"].map(
    (action) =>
      [
        "check_run",
        action,
        { check_run: { head_sha: "c1", app: { id: 1 }, pull_requests: pulls } },
        [
          { kind: "check", sha: "c1" },
          { kind: "check", sha: "c1", pull: 7 },
        ],
      ] as const,
  ),
  ["check_run", "completed", { check_run: { head_sha: "c1", pull_requests: [] } }, [{ kind: "check", sha: "c1" }]],
  ["check_run", "completed", { check_run: { head_sha: "c1", app: own, pull_requests: pulls } }, []],
  ["check_run", "created", { check_run: { head_sha: "c1", app: own, pull_requests: [] } }, []],
  [
    "check_run",
    "rerequested",
    { check_run: { head_sha: "c1", app: own, pull_requests: [] } },
    [{ kind: "check", sha: "c1" }],
  ],
  ["check_suite", "completed", { check_suite: { head_sha: "c1", pull_requests: [] } }, [{ kind: "check", sha: "c1" }]],
  ["check_suite", "completed", { check_suite: { head_sha: "c1", app: own, pull_requests: [] } }, []],
  ["check_suite", "requested", { check_suite: { head_sha: "c1", app: own, pull_requests: [] } }, []],
  ["status", null, { sha: "c1" }, [{ kind: "check", sha: "c1" }]],
  [
    "workflow_run",
    "requested",
    { workflow_run: { head_sha: "c1", pull_requests: [] } },
    [{ kind: "check", sha: "c1" }],
  ],
  ["deployment_status", "created", { deployment: { sha: "c1" } }, [{ kind: "check", sha: "c1" }]],
  ["push", null, { ref: "refs/heads/main", after: "c2" }, [{ kind: "push", branch: "main", head: "c2" }]],
  ["push", null, { ref: "refs/heads/a/b", after: "00", deleted: true }, [{ kind: "push", branch: "a/b", head: null }]],
  ["push", null, { ref: "refs/tags/v1", after: "c2" }, []],
  [
    "push",
    null,
    {
      ref: "refs/heads/main",
      after: "c2",
      commits: [{ added: ["a.txt"], modified: [".github/CODEOWNERS"], removed: [] }],
    },
    [{ kind: "push", branch: "main", head: "c2" }, { kind: "rule" }],
  ],
  [
    "push",
    null,
    { ref: "refs/heads/x", after: "c2", commits: [{ added: ["a.txt"] }] },
    [{ kind: "push", branch: "x", head: "c2" }],
  ],
  ["merge_group", "checks_requested", { merge_group: {} }, [{ kind: "queue" }]],
  ["merge_group", "destroyed", { reason: "dequeued" }, [{ kind: "queue" }]],
  ["branch_protection_rule", "edited", {}, [{ kind: "rule" }]],
  ["branch_protection_configuration", "disabled", {}, [{ kind: "rule" }]],
  ["repository_ruleset", "created", {}, [{ kind: "rule" }]],
  ["repository_ruleset", "created", { repository: undefined }, [{ kind: "rule", repo: { id: null, name: null } }]],
  ["member", "removed", {}, [{ kind: "rule" }]],
  ["membership", "added", { repository: undefined }, [{ kind: "rule", repo: { id: null, name: null } }]],
  ["team", "edited", {}, [{ kind: "rule" }]],
  ...["renamed", "transferred", "archived", "deleted", "edited"].map(
    (action) => ["repository", action, {}, [{ kind: "repo" }]] as const,
  ),
  ["installation", "suspend", { repository: undefined }, [{ kind: "access", repo: { id: null, name: null } }]],
  ["issues", "opened", {}, []],
  ["star", "created", {}, []],
  ["an_event_of_next_year", null, { repository: "what" }, []],
];

describe("what a webhook of GitHub says", () => {
  test.each(table)("%s %s %j", (event, action, data, expected) => {
    const said = say(event, { action, ...data });
    expect(said).toEqual(expected.map((signal) => ({ ...none, action, ...signal })));
  });

  test.each(published)("published: $title", ({ name, data }) => {
    const reading = readGithub(name, data, options);
    // What names a pull request, a commit or a branch names its repository as well.
    const lost = reading.signals.filter(
      ({ repo, pull, sha, branch }) => repo.id === null && (pull !== null || sha !== null || branch !== null),
    );
    expect(lost).toEqual([]);
    expect(readGithub(name, JSON.parse(reduceGithub(name, data)), options)).toEqual(reading);
  });

  test.each([
    ["pull_request", { action: "opened" }],
    ["pull_request", { action: "opened", pull_request: { number: "7" } }],
    ["check_run", { action: "completed", check_run: {} }],
    ["push", {}],
    ["status", { sha: 1 }],
    ["installation", { action: "created", installation: {} }],
  ])("a %s that is none is refused: %j", (event, data) => {
    expect(() => say(event, data)).toThrow(InvalidHookError);
  });

  test("an event about a repository that does not name it is not about all of them", () => {
    expect(() => say("push", { repository: undefined, ref: "refs/heads/main", after: "c" })).toThrow("repository");
  });
});

describe("what a webhook says about the App's installation", () => {
  const account = { id: 1, login: "acme", type: "Organization" };
  const said = {
    id: 9,
    account,
    permissions: { contents: "write" },
    repository_selection: "selected",
    updated_at: 1_795_300_000,
  };
  const person = { id: 2, login: "ann" };

  test("one that was made for somebody who had asked for it", () => {
    const data = {
      action: "created",
      installation: said,
      requester: person,
      sender: { id: 3, login: "boss" },
      repositories: [repository],
    };
    expect(readGithub("installation", data, options).access).toEqual([
      {
        provider: "github",
        event: "installation",
        action: "created",
        installation: "9",
        account: { id: "1", login: "acme", type: "Organization" },
        requester: { id: "2", login: "ann" },
        sender: { id: "3", login: "boss" },
        permissions: { contents: "write" },
        selection: "selected",
        suspendedAt: null,
        added: [{ id: "5", name: "acme/app" }],
        removed: [],
        at: new Date(1_795_300_000_000).toISOString(),
      },
    ]);
  });

  test("repositories that it lost", () => {
    const data = { action: "removed", installation: said, repositories_added: [], repositories_removed: [repository] };
    expect(readGithub("installation_repositories", data, options).access).toMatchObject([
      { event: "installation_repositories", added: [], removed: [{ id: "5", name: "acme/app" }] },
    ]);
  });

  test("an account that has another name now", () => {
    const data = {
      action: "renamed",
      installation: { id: 9 },
      account: { id: 1, login: "acme-2", type: "Organization" },
    };
    expect(readGithub("installation_target", data, options).access).toMatchObject([
      { action: "renamed", account: { login: "acme-2" }, permissions: null, at: null },
    ]);
  });

  test("nothing by other events", () => {
    expect(readGithub("push", { repository, ref: "refs/heads/main", after: "c" }, options).access).toEqual([]);
  });
});
