import { expect, test } from "vitest";
import { examplePayload } from "./example-payload.ts";

test("a payload has our values and every other field of the published example", () => {
  const payload = examplePayload("pull_request", {
    action: "opened",
    number: 7,
    pull_request: { number: 7, head: { sha: "abc" }, merged_by: null, labels: [] },
    repository: { id: 5 },
    organization: undefined,
  });
  expect(payload).toMatchObject({ action: "opened", number: 7, repository: { id: 5 } });
  expect(payload["pull_request"]).toMatchObject({
    number: 7,
    head: { sha: "abc", ref: expect.any(String) as string, repo: { full_name: expect.any(String) as string } },
    labels: [],
    merged_by: null,
    comments_url: expect.any(String) as string,
  });
  expect(Object.keys(payload)).not.toContain("organization");
});

test.each([
  ["who and where is never an example's", "check_run", "completed", ["action", "check_run"]],
  ["an action nobody published has the shape of another one", "pull_request", "enqueued", ["action", "pull_request"]],
  [
    "an event nobody published stays as it is",
    "repository_ruleset",
    "created",
    ["action", "check_run", "pull_request"],
  ],
])("%s", (_, event, action, keys) => {
  const body = Object.fromEntries(keys.map((key) => [key, key === "action" ? action : {}]));
  expect(Object.keys(examplePayload(event, body)).toSorted()).toEqual(keys);
});

test("permissions and changes are data, not shape: an example adds nothing to them", () => {
  const installation = { id: 9, permissions: { metadata: "read" }, events: ["push"] };
  const created = examplePayload("installation", { action: "created", installation, repositories: [] });
  expect(created).toMatchObject({
    installation: { ...installation, account: { login: expect.any(String) as string } },
  });
  expect(created["installation"]).toHaveProperty("permissions", { metadata: "read" });
  const base = { ref: { from: "main" } };
  expect(examplePayload("pull_request", { action: "edited", changes: { base } })["changes"]).toEqual({ base });
  expect(examplePayload("pull_request", { action: "synchronize" })).not.toHaveProperty("changes");
});

test("what we leave out of a payload of the same action is as published", () => {
  expect(examplePayload("push", { ref: "refs/heads/main" })).toMatchObject({
    ref: "refs/heads/main",
    pusher: { name: expect.any(String) as string },
  });
});
