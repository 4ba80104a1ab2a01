import { expect, test } from "vitest";
import { derive } from "../../domain/derive.ts";
import { ScmError } from "../forge.ts";
import { context, refOf, rig, startGithubWorld, type GithubWorld } from "./test/github-world.ts";

const noMore = Number.POSITIVE_INFINITY;

/** Names of what was asked since the last time. */
function asked(world: GithubWorld): string[] {
  return world.calls.splice(0).map((call) => call.operation);
}

test("a snapshot of a pull request with nothing in its way", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.double.world.checks.run(world.repository, pull.headOid, { name: "build", conclusion: "SUCCESS" });
  const snapshot = await world.forge.getSnapshot(refOf(pull), context);
  expect(snapshot).toMatchObject({
    provider: "github",
    number: pull.number,
    url: `${world.double.webUrl}/acme/app/pull/${pull.number}`,
    state: "open",
    draft: false,
    head: pull.headOid,
    headRef: "gt/x",
    base: world.repository.git.tip("main"),
    baseRef: "main",
    conflict: "no",
    gate: "clean",
    review: "none",
    checks: { total: 1, complete: true, rollup: "success", forHead: pull.headOid },
    threads: { unresolved: 0, complete: true },
    methods: ["merge", "squash", "rebase"],
    permissions: { contents: true, workflows: true },
  });
  expect(snapshot.rawHash).toMatch(/^[0-9a-f]{64}$/);
});

test("a reading is one request of one point; rules are asked for every ten minutes, and cost nothing while they stay", async () => {
  let now = Date.now();
  await using world = await startGithubWorld({ clock: () => now });
  const pull = await world.open();
  const first = await world.forge.getSnapshot(refOf(pull), context);
  expect(asked(world)).toEqual(["mint token", "get snapshot", "read rules"]);
  const again = await world.forge.getSnapshot(refOf(pull), context);
  expect(world.calls).toMatchObject([{ operation: "get snapshot", kind: "graphql", cost: 1, mutates: false }]);
  expect(again.rawHash).toBe(first.rawHash);
  asked(world);
  now += 10 * 60_000;
  await world.forge.getSnapshot(refOf(pull), context);
  expect(world.calls).toMatchObject([{ operation: "get snapshot" }, { operation: "read rules", status: 304 }]);
  asked(world);
  world.forge.dropRules(String(world.repository.id));
  await world.double.world.rules.set(world.repository, "main", { kind: "ruleset", requiredApprovals: 2 });
  expect((await world.forge.getSnapshot(refOf(pull), context)).approvals.required).toBe(2);
  expect(asked(world)).toEqual(["get snapshot", "read rules"]);
});

test("25 pull requests are one query of a point or two, and one that is not there is told by itself", async () => {
  await using world = await startGithubWorld();
  for (let n = 0; n < 24; n += 1) await world.open({ branch: `gt/${n}` });
  const numbers = [...Array.from({ length: 24 }, (_, index) => index + 1), 999];
  const readings = await world.forge.getSnapshots(rig, numbers, context);
  expect(readings.map((reading) => reading.number)).toEqual(numbers);
  expect(readings.filter((reading) => "snapshot" in reading)).toHaveLength(24);
  expect(readings[24]).toMatchObject({ number: 999, error: { kind: "gone" } });
  const queries = world.calls.filter((call) => call.operation === "get snapshot");
  expect(queries).toHaveLength(1);
  expect(queries[0]?.cost).toBeLessThanOrEqual(2);
});

test("more than 25 are asked for in turn", async () => {
  await using world = await startGithubWorld();
  for (let n = 0; n < 26; n += 1) await world.open({ branch: `gt/${n}` });
  const numbers = Array.from({ length: 26 }, (_, index) => index + 1);
  expect(await world.forge.getSnapshots(rig, numbers, context)).toHaveLength(26);
  expect(asked(world).filter((name) => name === "get snapshot")).toHaveLength(2);
});

test.each([
  "PullRequest.reviewDecision",
  "PullRequest.mergeStateStatus",
  "CheckRun.isRequired",
  "PullRequest.latestOpinionatedReviews",
])("an answer without %s is no reading", async (field) => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.double.world.checks.run(world.repository, pull.headOid, { name: "build", conclusion: "SUCCESS" });
  world.double.faults.partial = { times: 1, field };
  const reading = world.forge.getSnapshot(refOf(pull), context);
  await expect(reading).rejects.toMatchObject({ kind: "unavailable" });
  expect((await world.forge.getSnapshot(refOf(pull), context)).state).toBe("open");
});

test("a part that is missing of one pull request does not take the others' readings", async () => {
  await using world = await startGithubWorld();
  const pulls = [await world.open({ branch: "gt/1" }), await world.open({ branch: "gt/2" })];
  world.double.faults.partial = { times: 1, field: "PullRequest.reviewDecision" };
  const readings = await world.forge.getSnapshots(
    rig,
    pulls.map((pull) => pull.number),
    context,
  );
  const kinds = readings.map((reading) => ("error" in reading ? reading.error.kind : "read"));
  expect(kinds.toSorted()).toEqual(["read", "unavailable"]);
});

test("checks and threads are read to the end", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  for (let n = 0; n < 205; n += 1) {
    const conclusion = n === 204 ? "FAILURE" : "SUCCESS";
    await world.double.world.checks.run(world.repository, pull.headOid, { name: `check ${n}`, conclusion });
    world.double.world.threads.open(pull, { by: "ada", body: "?" });
  }
  const { checks, threads } = await world.forge.getSnapshot(refOf(pull), context);
  expect(checks).toMatchObject({ total: 205, complete: true, rollup: "failure" });
  expect(threads).toMatchObject({ unresolved: 205, complete: true });
  expect(asked(world).filter((name) => name.startsWith("get more"))).toHaveLength(4);
  world.double.world.pulls.close(pull, "ada");
  expect((await world.forge.getSnapshot(refOf(pull), context)).state).toBe("closed");
  expect(asked(world)).toEqual(["get snapshot"]);
});

test("what people said and what rules ask for is in the snapshot", async () => {
  await using world = await startGithubWorld({ repository: { codeOwners: [{ path: "*", owners: ["bob"] }] } });
  const { reviews, rules, checks, threads } = world.double.world;
  await rules.set(world.repository, "main", { requiredApprovals: 1, codeOwnerReview: true, requiredChecks: ["build"] });
  await rules.set(world.repository, "main", {
    kind: "ruleset",
    conversationResolution: true,
    requiredChecks: ["lint"],
    allowedMethods: ["squash"],
  });
  const pull = await world.open();
  await checks.run(world.repository, pull.headOid, { name: "build", conclusion: "SUCCESS" });
  await checks.status(world.repository, pull.headOid, { context: "docs", state: "failure", by: "ada" });
  threads.open(pull, { by: "eve", body: "why?" });
  await reviews.submit(pull, { by: "bob", state: "CHANGES_REQUESTED", body: "no" });
  await reviews.submit(pull, { by: "eve", state: "CHANGES_REQUESTED", body: "I have no say" });
  const snapshot = await world.forge.getSnapshot(refOf(pull), context);
  expect(snapshot).toMatchObject({
    gate: "blocked",
    review: "changes_requested",
    objections: [{ reviewer: "bob", body: "no", outdated: false }],
    approvals: { given: 0, required: 1 },
    threads: { unresolved: 1, required: true },
    methods: ["squash"],
  });
  expect(snapshot.checks.required.missing).toEqual(["lint"]);
  expect(snapshot.checks.optional.failing.map((check) => check.name)).toEqual(["docs"]);
});

test("the last push has to be approved by another", async () => {
  await using world = await startGithubWorld();
  await world.double.world.rules.set(world.repository, "main", { requiredApprovals: 1, lastPushApproval: true });
  const pull = await world.open({ by: "ada" });
  await world.double.world.branches.commit(world.repository, { branch: "gt/x", files: { "b.txt": "b" }, by: "bob" });
  await world.double.world.reviews.submit(pull, { by: "bob", state: "APPROVED" });
  const snapshot = await world.forge.getSnapshot(refOf(pull), context);
  expect(snapshot).toMatchObject({ gate: "blocked", review: "required", approvals: { given: 1, required: 1 } });
  const policy = {
    method: "merge",
    requireApproval: false,
    allowUnstable: false,
    resolveAllThreads: false,
    waitOptional: false,
    expectChecks: false,
    settleMs: 0,
    delegate: "none",
  } as const;
  const { state, causes } = derive(snapshot, policy, { knownHead: null, headAgeMs: 0, refusal: null });
  expect([state, causes[0]?.message]).toEqual([
    "awaiting_approval",
    "an approval is given, but another person must approve the last push",
  ]);
});

test("that it is behind is seen although it is blocked", async () => {
  await using world = await startGithubWorld();
  const { rules, branches } = world.double.world;
  await rules.set(world.repository, "main", {
    kind: "ruleset",
    strict: true,
    requiredChecks: ["build"],
    requiredApprovals: 1,
  });
  const pull = await world.open();
  const read = () => world.forge.getSnapshot(refOf(pull), context);
  expect(await read()).toMatchObject({ gate: "blocked", gateRaw: "BLOCKED" });
  await branches.commit(world.repository, { branch: "main", files: { "m.txt": "m" } });
  expect(await read()).toMatchObject({ gate: "behind", gateRaw: "BLOCKED", review: "required" });
});

test("our own check is in no sum", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.double.world.checks.run(world.repository, pull.headOid, { name: "build", conclusion: "SUCCESS" });
  await world.double.world.checks.run(world.repository, pull.headOid, {
    name: "gastown",
    status: "IN_PROGRESS",
    app: world.double.app.slug,
  });
  expect(await world.forge.getSnapshot(refOf(pull), context)).toMatchObject({
    gate: "clean",
    checks: { total: 1, rollup: "success" },
  });
});

const withoutWorkflows = {
  contents: "write",
  pull_requests: "write",
  checks: "write",
  metadata: "read",
  statuses: "read",
} as const;

test("changed files are asked for only by an App that may not change workflows, once for each head", async () => {
  await using world = await startGithubWorld({ permissions: withoutWorkflows });
  const plain = await world.open({ branch: "gt/plain" });
  const flow = await world.open({ branch: "gt/flow", files: { ".github/workflows/ci.yml": "on: push\n" } });
  const read = async (pull: { number: number }) => {
    const { touchesWorkflows, permissions } = await world.forge.getSnapshot(refOf(pull), context);
    return { touchesWorkflows, workflows: permissions.workflows };
  };
  expect(await read(plain)).toEqual({ touchesWorkflows: false, workflows: false });
  expect(await read(flow)).toEqual({ touchesWorkflows: true, workflows: false });
  await read(flow);
  expect(asked(world).filter((name) => name === "get changed files")).toHaveLength(2);
});

test("a repository that was renamed is read, and changed, under its new name", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  world.double.world.repositories.rename(world.repository, "renamed");
  expect((await world.forge.getSnapshot(refOf(pull), context)).number).toBe(pull.number);
  await world.forge.editPr(refOf(pull), { title: "new" }, context);
  expect(pull.title).toBe("new");
});

test("another repository that has the name by now is not taken for it", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const personal = world.forgeOf({ kind: "token", token: world.double.auth.personalToken("ada") });
  world.double.world.repositories.remove(world.repository);
  const other = await world.double.world.repositories.add({
    owner: "acme",
    name: "app",
    git: "memory",
    permissions: { ada: "write" },
  });
  await world.double.world.branches.commit(other, { branch: "gt/x", files: { "a.txt": "a" } });
  await world.double.world.pulls.open(other, { head: "gt/x" });
  for (const forge of [world.forge, personal])
    await expect(forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject({ kind: "gone" });
});

test("a suspended installation says what to do, and works again afterwards", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  world.double.auth.suspend(world.installation);
  const refused = { kind: "denied", message: expect.stringContaining("is suspended. Unsuspend it: ") };
  await expect(world.forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject(refused);
  const merging = { pull: refOf(pull), expectedHead: pull.headOid, method: "merge", title: "", body: "" };
  await expect(world.forge.merge(merging, context)).rejects.toMatchObject(refused);
  world.forge.forgetInstallation(String(world.installation));
  await expect(world.forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject(refused);
  world.double.auth.unsuspend(world.installation);
  expect((await world.forge.getSnapshot(refOf(pull), context)).state).toBe("open");
});

test("a removed installation says what to do", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  world.double.auth.uninstall(world.installation);
  const refused = { kind: "gone", message: expect.stringContaining("/installations/new") };
  await expect(world.forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject(refused);
});

test("a token that GitHub does not take any more is replaced once", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  asked(world);
  world.double.faults.failures = { times: 1, status: 401, route: "query" };
  expect((await world.forge.getSnapshot(refOf(pull), context)).state).toBe("open");
  expect(asked(world)).toEqual(["get snapshot", "mint token", "get snapshot"]);
  world.double.faults.failures = { times: noMore, status: 401, route: "query" };
  await expect(world.forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject({ kind: "denied" });
  expect(asked(world)).toEqual(["get snapshot", "mint token", "get snapshot", "read installation"]);
});

test.each([403, 429, 200] as const)("a limit told with %s stops all calls until it is over", async (status) => {
  let now = Date.now();
  await using world = await startGithubWorld({ clock: () => now });
  const pull = await world.open();
  const read = () => world.forge.getSnapshot(refOf(pull), context);
  await read();
  world.double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 30, status };
  await expect(read()).rejects.toMatchObject({ kind: "rate", retryAfterMs: 30_000 });
  asked(world);
  now += 29_000;
  await expect(read()).rejects.toMatchObject({ kind: "rate", retryAfterMs: 1_000 });
  await expect(world.forge.editPr(refOf(pull), { title: "t" }, context)).rejects.toMatchObject({ kind: "rate" });
  expect(asked(world)).toEqual([]);
  now += 1_000;
  expect((await read()).state).toBe("open");
});

test("a limit on tokens is none on what they are for", async () => {
  let now = Date.now();
  await using world = await startGithubWorld({ clock: () => now });
  const pull = await world.open();
  world.double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 30 };
  const read = () => world.forge.getSnapshot(refOf(pull), context);
  for (let n = 0; n < 2; n += 1) await expect(read()).rejects.toMatchObject({ kind: "rate", retryAfterMs: 30_000 });
  expect(asked(world)).toEqual(["mint token"]);
  now += 30_000;
  expect((await read()).state).toBe("open");
});

test("a budget that is used up is waited for, of its kind only", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  world.double.limits.graphql = 1;
  await world.forge.getSnapshot(refOf(pull), context);
  asked(world);
  const refused = await world.forge.getSnapshot(refOf(pull), context).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ScmError);
  expect(refused).toMatchObject({ kind: "rate" });
  expect(asked(world)).toEqual([]);
  await world.forge.nudgeMergeability(refOf(pull), context);
});

test("who gives up is told at once, and a server's error may pass", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  world.double.faults.slowBody = { times: 1, ms: 30_000 };
  const stop = new AbortController();
  const reading = world.forge.getSnapshot(refOf(pull), { signal: stop.signal });
  stop.abort(new Error("the service stops"));
  await expect(reading).rejects.toThrow("the service stops");
  world.double.faults.slowBody = null;
  world.double.faults.failures = { times: 1, status: 502 };
  await expect(world.forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject({ kind: "unavailable" });
});

test("with a personal token", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open({ branch: "gt/p", files: { ".github/workflows/ci.yml": "on: push\n" } });
  const forgeAs = (login: string) => world.forgeOf({ kind: "token", token: world.double.auth.personalToken(login) });
  const snapshot = await forgeAs("ada").getSnapshot(refOf(pull), context);
  expect(snapshot).toMatchObject({ gate: "clean", permissions: { contents: true } });
  const reader = await forgeAs("eve").getSnapshot(refOf(pull), context);
  expect(reader.permissions.contents).toBe(false);
  const wrong = world.forgeOf({ kind: "token", token: "ghp_nobody" });
  await expect(wrong.getSnapshot(refOf(pull), context)).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("Set SCM_GITHUB_TOKEN to a new one"),
  });
});

test("a forge that is not there may be there later", async () => {
  const world = await startGithubWorld();
  const pull = await world.open();
  const { forge } = world;
  await forge.getSnapshot(refOf(pull), context);
  await world.double.close();
  await expect(forge.getSnapshot(refOf(pull), context)).rejects.toMatchObject({ kind: "unavailable" });
  const merging = { pull: refOf(pull), expectedHead: pull.headOid, method: "merge", title: "", body: "" };
  await expect(forge.merge(merging, context)).rejects.toMatchObject({ kind: "unavailable" });
});
