import { createPrivateKey, createSign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openDouble, type OpenDouble } from "../test/open-double.ts";
import type { JsonObject } from "../ports.ts";
import type { BranchRules } from "../world/world-types.ts";

const path = "/repos/acme/app";
const objectOf = (body: unknown) => body as JsonObject;
const textOf = (body: unknown, name: string) => JSON.stringify(objectOf(body)[name]).replaceAll('"', "");

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function appJwt({ double }: OpenDouble): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 30, exp: seconds + 300, iss: double.app.clientId })}`;
  const signature = createSign("RSA-SHA256").update(text).sign(createPrivateKey(double.app.privateKey), "base64url");
  return `bearer ${text}.${signature}`;
}

describe("the merge endpoint (scm §1.7)", () => {
  interface Row {
    readonly given: string;
    readonly rules?: Partial<BranchRules>;
    readonly draft?: boolean;
    readonly body?: JsonObject;
    readonly status: number;
    readonly message: string;
  }
  const rows: readonly Row[] = [
    { given: "nothing against it", status: 200, message: "Pull Request successfully merged" },
    { given: "a draft", draft: true, status: 405, message: "Pull Request is still a draft" },
    {
      given: "no approval",
      rules: { requiredApprovals: 1 },
      status: 405,
      message: "At least 1 approving review is required by reviewers with write access.",
    },
    {
      given: "a check that never came",
      rules: { requiredChecks: ["ci"] },
      status: 405,
      message: 'Required status check "ci" is expected.',
    },
    {
      given: "a queue",
      rules: { mergeQueue: "merge" },
      status: 405,
      message: "Repository rule violations found\n\nChanges must be made through the merge queue\n\n",
    },
    {
      given: "another head",
      body: { sha: "0".repeat(40) },
      status: 409,
      message: "Head branch was modified. Review and try the merge again.",
    },
    {
      given: "a bad method",
      body: { merge_method: "fast" },
      status: 422,
      message: "Invalid request.\n\nmerge_method must be one of: merge, squash, rebase.",
    },
    {
      given: "a bad sha",
      body: { sha: "abc" },
      status: 422,
      message: "Invalid request.\n\nsha must be a full commit id.",
    },
  ];

  test.each(rows)("answers $status for $given", async ({ rules, draft, body = {}, status, message }) => {
    await using opened = await openDouble();
    const { double, repository, pull, rest } = opened;
    if (rules !== undefined) await double.world.rules.set(repository, "main", rules);
    if (draft === true) await double.world.pulls.setDraft(pull, true, "ann");
    const answer = await rest("PUT", `${path}/pulls/1/merge`, body);
    expect([answer.status, objectOf(answer.body)["message"]]).toEqual([status, message]);
    expect(pull.state).toBe(status === 200 ? "MERGED" : "OPEN");
    expect(double.requests).toMatchObject([
      { route: "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", mutation: true, status },
    ]);
  });

  test("answers 403 to a token that may not write, 404 to who cannot see it", async () => {
    await using opened = await openDouble({ permissions: { metadata: "read", pull_requests: "write" } });
    expect(await opened.rest("PUT", `${path}/pulls/1/merge`, {})).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    expect((await opened.as("")("PUT", `${path}/pulls/1/merge`, {})).status).toBe(404);
    expect((await opened.as("token nonsense")("GET", path)).status).toBe(401);
  });

  test("answers 500 after a merge that happened, before one that did not, and nothing at all", async () => {
    await using after = await openDouble();
    after.double.faults.errorAfterMerge = 1;
    expect((await after.rest("PUT", `${path}/pulls/1/merge`, {})).status).toBe(500);
    expect(after.pull.state).toBe("MERGED");
    await using before = await openDouble();
    before.double.faults.errorBeforeMerge = 1;
    expect((await before.rest("PUT", `${path}/pulls/1/merge`, {})).status).toBe(500);
    expect(before.pull.state).toBe("OPEN");
    before.double.faults.resetAfterMerge = 1;
    await expect(before.rest("PUT", `${path}/pulls/1/merge`, {})).rejects.toThrow("fetch failed");
    expect(before.pull.state).toBe("MERGED");
  });

  test("judges what is so when it is asked: something can happen in between", async () => {
    await using opened = await openDouble();
    const { double, pull, repository, rest } = opened;
    const read = pull.headOid;
    double.faults.beforeMerge = async () => {
      double.faults.beforeMerge = null;
      await double.world.branches.commit(repository, { branch: "feature", files: { late: "x" } });
    };
    expect((await rest("PUT", `${path}/pulls/1/merge`, { sha: read })).status).toBe(409);
    double.faults.baseModified = 1;
    expect(await rest("PUT", `${path}/pulls/1/merge`, { sha: pull.headOid })).toMatchObject({
      status: 405,
      body: { message: "Base branch was modified. Review and try the merge again." },
    });
    expect((await rest("PUT", `${path}/pulls/1/merge`, { sha: pull.headOid })).status).toBe(200);
  });
});

test("a pull request is opened, found, read, edited, reviewed, commented, closed and opened again", async () => {
  await using opened = await openDouble();
  const { double, repository, rest } = opened;
  await double.world.branches.commit(repository, { branch: "second", files: { b: "2" } });
  const body = { head: "second", base: "main", title: "Second", body: "text", draft: true };
  expect(await rest("POST", `${path}/pulls`, body)).toMatchObject({
    status: 201,
    body: {
      number: 2,
      draft: true,
      state: "open",
      mergeable: null,
      user: { login: `${double.app.slug}[bot]`, type: "Bot" },
    },
  });
  expect(await rest("POST", `${path}/pulls`, body)).toMatchObject({
    status: 422,
    body: { message: "Validation Failed", errors: [{ message: "A pull request already exists for acme:second." }] },
  });
  expect((await rest("GET", `${path}/pulls?state=open&head=acme:second`)).body).toMatchObject([{ number: 2 }]);
  expect((await rest("GET", `${path}/pulls/2`)).body).toMatchObject({
    mergeable: true,
    mergeable_state: "draft",
    commits: 1,
    changed_files: 1,
  });
  expect((await rest("PATCH", `${path}/pulls/2`, { title: "New", state: "closed" })).body).toMatchObject({
    title: "New",
    state: "closed",
  });
  expect((await rest("PATCH", `${path}/pulls/2`, { state: "open" })).body).toMatchObject({ state: "open" });
  expect((await rest("POST", `${path}/pulls/2/requested_reviewers`, { reviewers: ["ann"] })).body).toMatchObject({
    requested_reviewers: [{ login: "ann" }],
  });
  expect((await rest("DELETE", `${path}/pulls/2/requested_reviewers`, { reviewers: ["ann"] })).body).toMatchObject({
    requested_reviewers: [],
  });
  expect((await rest("POST", `${path}/issues/2/comments`, { body: "hello" })).status).toBe(201);
  expect((await rest("GET", `${path}/issues/2/comments`)).body).toMatchObject([{ body: "hello" }]);
  expect((await rest("GET", `${path}/pulls/2/files`)).body).toMatchObject([{ filename: "b", status: "added" }]);
  const ann = opened.as(`token ${double.auth.personalToken("ann")}`);
  expect((await ann("POST", `${path}/pulls/2/reviews`, { event: "APPROVE" })).body).toMatchObject({
    state: "APPROVED",
  });
  expect((await rest("GET", `${path}/pulls/2/reviews`)).body).toMatchObject([
    { state: "APPROVED", user: { login: "ann" } },
  ]);
  expect(await rest("POST", `${path}/pulls/2/reviews`, { event: "APPROVE" })).toMatchObject({
    status: 422,
    body: { message: "Unprocessable Entity: Can not approve your own pull request" },
  });
});

test("checks and statuses are reported, read and re-run; logs are behind a redirect", async () => {
  await using opened = await openDouble();
  const { double, repository, pull, rest } = opened;
  const run = await rest("POST", `${path}/check-runs`, {
    name: "gastown",
    head_sha: pull.headOid,
    status: "in_progress",
    output: { title: "t", summary: "s" },
  });
  expect(run).toMatchObject({
    status: 201,
    body: { status: "in_progress", conclusion: null, app: { slug: double.app.slug } },
  });
  const id = textOf(run.body, "id");
  expect((await rest("PATCH", `${path}/check-runs/${id}`, { conclusion: "neutral" })).body).toMatchObject({
    status: "completed",
    conclusion: "neutral",
  });
  expect((await rest("PATCH", `${path}/check-runs/${id}`, { conclusion: "stale" })).status).toBe(422);
  const ci = await double.world.checks.run(repository, pull.headOid, {
    name: "ci",
    conclusion: "FAILURE",
    log: "line 1\nline 2\n",
  });
  expect((await rest("GET", `${path}/commits/feature/check-runs`)).body).toMatchObject({
    total_count: 2,
    check_runs: [{ name: "gastown" }, { name: "ci", conclusion: "failure", pull_requests: [{ number: 1 }] }],
  });
  expect((await rest("PATCH", `${path}/check-runs/${ci.id}`, { conclusion: "success" })).status).toBe(403);
  const log = await rest("GET", `${path}/actions/jobs/${ci.id}/logs`);
  expect(log.status).toBe(302);
  expect(await (await fetch(log.headers.get("location") ?? "")).text()).toBe("line 1\nline 2\n");
  expect((await rest("POST", `${path}/actions/jobs/${ci.id}/rerun`)).status).toBe(403);
  await double.world.checks.status(repository, pull.headOid, { context: "cov", state: "success" });
  expect((await rest("GET", `${path}/commits/${pull.headOid}/status`)).body).toMatchObject({
    state: "success",
    total_count: 1,
  });
});

test("branches are made, compared and deleted; a protected one stays", async () => {
  await using opened = await openDouble();
  const { double, repository, pull, rest } = opened;
  const main = repository.git.tip("main") ?? "";
  expect((await rest("POST", `${path}/git/refs`, { ref: "refs/heads/gt/bead-1", sha: main })).status).toBe(201);
  expect((await rest("POST", `${path}/git/refs`, { ref: "refs/heads/gt/bead-1", sha: main })).status).toBe(422);
  expect((await rest("GET", `${path}/git/ref/heads/gt/bead-1`)).body).toMatchObject({
    ref: "refs/heads/gt/bead-1",
    object: { sha: main },
  });
  expect((await rest("GET", `${path}/branches/gt%2Fbead-1`)).body).toMatchObject({
    name: "gt/bead-1",
    protected: false,
  });
  expect((await rest("GET", `${path}/compare/main...feature`)).body).toMatchObject({
    status: "ahead",
    ahead_by: 1,
    behind_by: 0,
  });
  expect((await rest("GET", `${path}/compare/${pull.headOid}...main`)).body).toMatchObject({
    status: "behind",
    behind_by: 1,
  });
  expect((await rest("DELETE", `${path}/git/refs/heads/gt/bead-1`)).status).toBe(204);
  expect((await rest("DELETE", `${path}/git/refs/heads/gt/bead-1`)).status).toBe(422);
  await double.world.rules.set(repository, "feature", {
    kind: "ruleset",
    requiredApprovals: 1,
    mergeQueue: "squash",
    requiredChecks: ["ci"],
  });
  expect((await rest("DELETE", `${path}/git/refs/heads/feature`)).status).toBe(422);
  expect((await rest("GET", `${path}/rules/branches/feature`)).body).toMatchObject([
    { type: "pull_request", parameters: { required_approving_review_count: 1 } },
    { type: "required_status_checks", parameters: { required_status_checks: [{ context: "ci" }] } },
    { type: "merge_queue", parameters: { merge_method: "SQUASH" } },
  ]);
});

test("a branch that is behind is brought up to date once", async () => {
  await using opened = await openDouble();
  const { double, repository, pull, rest } = opened;
  const before = pull.headOid;
  await double.world.branches.commit(repository, { branch: "main", files: { other: "x" } });
  expect(await rest("PUT", `${path}/pulls/1/update-branch`, { expected_head_sha: before })).toMatchObject({
    status: 202,
    body: { message: "Updating pull request branch." },
  });
  expect((await rest("PUT", `${path}/pulls/1/update-branch`, { expected_head_sha: before })).status).toBe(422);
  expect(pull.headOid).not.toBe(before);
});

test("an unchanged answer is 304 and free; the headers tell of the limit", async () => {
  await using opened = await openDouble();
  const { rest } = opened;
  const first = await rest("GET", path);
  const etag = first.headers.get("etag") ?? "";
  const again = await rest("GET", path, undefined, { "if-none-match": etag });
  expect([again.status, again.body, again.headers.get("x-ratelimit-used")]).toEqual([304, null, "1"]);
  opened.double.world.repositories.configure(opened.repository, { autoMerge: true });
  expect((await rest("GET", path, undefined, { "if-none-match": etag })).status).toBe(200);
  opened.double.limits.core = 2;
  const refused = await rest("GET", path);
  expect([refused.status, refused.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
});

test("lists have pages", async () => {
  await using opened = await openDouble();
  const { double, pull, rest } = opened;
  for (let i = 0; i < 5; i += 1) double.world.pulls.comment(pull, { by: "ann", body: `${i}` });
  const page = await rest("GET", `${path}/issues/1/comments?per_page=2&page=2`);
  expect(page.body).toMatchObject([{ body: "2" }, { body: "3" }]);
  const link = page.headers.get("link") ?? "";
  expect(link).toContain(`${double.apiUrl}${path}/issues/1/comments?per_page=2&page=3>; rel="next"`);
});

test("a renamed repository answers 301 by its old name and goes on under its id", async () => {
  await using opened = await openDouble();
  const { double, repository, rest } = opened;
  double.world.repositories.rename(repository, "renamed");
  const moved = await rest("GET", path);
  expect([moved.status, moved.headers.get("location")]).toEqual([
    301,
    `${double.apiUrl}/repositories/${repository.id}`,
  ]);
  expect((await rest("GET", `/repositories/${repository.id}`)).body).toMatchObject({ full_name: "acme/renamed" });
  expect((await rest("GET", `/repositories/${repository.id}/pulls/1`)).body).toMatchObject({ number: 1 });
});

test("the version of 2026-03-10 has no merge_commit_sha (scm §1.11)", async () => {
  await using opened = await openDouble();
  const ask = (version: string) =>
    opened.rest("GET", `${path}/pulls/1`, undefined, { "x-github-api-version": version });
  expect((await ask("2022-11-28")).body).toHaveProperty("merge_commit_sha");
  expect((await ask("2026-03-10")).body).not.toHaveProperty("merge_commit_sha");
  expect((await ask("1999-01-01")).status).toBe(400);
});

test("faults of the wire: limits, failures, slow bodies, a wrong clock", async () => {
  await using opened = await openDouble();
  const { double, rest } = opened;
  double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 3, status: 429 };
  const limited = await rest("PUT", `${path}/pulls/1/merge`, {});
  expect([limited.status, limited.headers.get("retry-after"), opened.pull.state]).toEqual([429, "3", "OPEN"]);
  double.faults.failures = { times: 1, status: 502, route: "/merge" };
  expect((await rest("GET", path)).status).toBe(200);
  expect((await rest("PUT", `${path}/pulls/1/merge`, {})).status).toBe(502);
  double.faults.slowBody = { times: 1, ms: 30 };
  expect((await rest("GET", path)).body).toMatchObject({ full_name: "acme/app" });
  double.faults.clockSkewMs = -3_600_000;
  const skewed = Date.parse((await rest("GET", "/meta")).headers.get("date") ?? "");
  expect(Math.abs(Date.now() - 3_600_000 - skewed)).toBeLessThan(60_000);
});

test("the App mints narrowed tokens, lists installations and is refused without its JWT", async () => {
  await using opened = await openDouble();
  const { double, repository, installation, as, rest } = opened;
  const app = as(appJwt(opened));
  expect((await rest("GET", "/app/installations")).status).toBe(401);
  expect((await app("GET", "/app/installations")).body).toMatchObject([
    { id: installation, account: { login: "acme" } },
  ]);
  expect((await app("GET", `${path}/installation`)).body).toMatchObject({ id: installation });
  const minted = await app("POST", `/app/installations/${installation}/access_tokens`, {
    repository_ids: [repository.id],
    permissions: { contents: "read" },
  });
  expect(minted).toMatchObject({
    status: 201,
    body: { repository_selection: "selected", repositories: [{ id: repository.id }] },
  });
  const narrow = as(`token ${textOf(minted.body, "token")}`);
  expect((await narrow("GET", path)).status).toBe(200);
  expect((await narrow("POST", `${path}/pulls`, { head: "feature", base: "main", title: "x" })).status).toBe(403);
  expect((await narrow("GET", "/installation/repositories")).body).toMatchObject({
    total_count: 1,
    repositories: [{ name: "app" }],
  });
  const person = as(`token ${double.auth.userToken("olga")}`);
  expect((await person("GET", "/user/installations")).body).toMatchObject({
    total_count: 1,
    installations: [{ id: installation }],
  });
  expect((await as(`token ${double.auth.userToken("ann")}`)("GET", "/user")).body).toMatchObject({ login: "ann" });
  double.auth.suspend(installation);
  expect((await app("POST", `/app/installations/${installation}/access_tokens`, {})).status).toBe(403);
  expect((await rest("GET", path)).status).toBe(403);
});

test("a way that nobody knows is 404, a body that is no JSON is 400", async () => {
  await using opened = await openDouble();
  expect((await opened.rest("GET", "/nowhere")).status).toBe(404);
  const broken = await fetch(`${opened.double.apiUrl}${path}/pulls`, { method: "POST", body: "{" });
  expect([broken.status, await broken.json()]).toMatchObject([400, { message: "Problems parsing JSON" }]);
});
