import { expect, test } from "vitest";
import { createGitlabForge } from "./gitlab-forge.ts";
import { context, rig, startGitlabWorld } from "./test/gitlab-world.ts";

const mergeOf = (pull: { ref: { town: string; rig: string; number: number }; head: string }) => ({
  pull: pull.ref,
  expectedHead: pull.head,
  method: "merge",
  title: "Merge it",
  body: "Bead: gt-1",
});

test("a quiet merge request costs four requests to read, one that has ended four, and none of them changes anything", async () => {
  await using world = await startGitlabWorld();
  const { ref, head } = await world.open();
  world.calls.length = 0;
  await world.forge.getSnapshot(ref, context);
  expect(world.calls.map((call) => call.operation).toSorted()).toEqual([
    "get approvals",
    "get branch",
    "get merge request",
    "get project",
  ]);
  await world.forge.merge(mergeOf({ ref, head }), context);
  world.calls.length = 0;
  await world.forge.getSnapshot(ref, context);
  expect(world.calls.map((call) => call.operation).toSorted()).toEqual([
    "get branch",
    "get merge request",
    "get project",
  ]);
  expect(world.calls.every((call) => !call.mutates)).toBe(true);
});

test("in a batch the project is read once", async () => {
  await using world = await startGitlabWorld();
  const numbers: number[] = [];
  for (let n = 1; n <= 6; n += 1) numbers.push((await world.open({ branch: `gt/${n}` })).ref.number);
  world.calls.length = 0;
  const readings = await world.forge.getSnapshots(rig, numbers, context);
  expect(readings.map((reading) => "snapshot" in reading && reading.snapshot.number)).toEqual(numbers);
  expect(world.calls.filter((call) => call.operation === "get project")).toHaveLength(1);
});

test("on the free tier nothing is told of required approvals, and an objection is one all the same", async () => {
  await using world = await startGitlabWorld({ settings: { approvalsRequired: null, requestedChangesBlock: false } });
  const { ref } = await world.open();
  world.double.world.review(
    { path: "acme/app", iid: ref.number },
    { by: "bob", verdict: "request_changes", body: "No." },
  );
  const snapshot = await world.forge.getSnapshot(ref, context);
  expect(snapshot).toMatchObject({
    gateRaw: "mergeable",
    review: "changes_requested",
    objections: [{ reviewer: "bob", body: "No.", outdated: false }],
    approvals: { given: 0, required: null },
  });
});

test("a pipeline of the head before is none, one for the merged result is the head's", async () => {
  await using world = await startGitlabWorld({ settings: { pipelineMustSucceed: true } });
  const { ref, head } = await world.open();
  const at = { path: "acme/app", iid: ref.number };
  await world.double.world.setJob(at, { name: "test", status: "success" });
  expect((await world.forge.getSnapshot(ref, context)).checks).toMatchObject({ forHead: head, total: 1 });
  await world.double.world.push("acme/app", { branch: "gt/x", files: { "x.txt": "xx\n" } });
  expect((await world.forge.getSnapshot(ref, context)).checks).toMatchObject({
    forHead: null,
    total: 0,
    required: { missing: ["pipeline"] },
  });
  await world.double.world.setMergedResultJob(at, { name: "test", status: "failed", trace: "no\n" });
  const { checks } = await world.forge.getSnapshot(ref, context);
  expect(checks).toMatchObject({ total: 1, required: { failing: [{ name: "test" }], missing: [] } });
  expect(checks.forHead).toBe(world.double.world.requestAt("acme/app", ref.number).sha);
  expect(await world.forge.listFailedChecks(ref, context)).toMatchObject([{ name: "test", log: "no\n" }]);
});

test("a merge request is found by the project's id, whatever the project is called now", async () => {
  await using world = await startGitlabWorld();
  const { ref } = await world.open();
  world.project.path = "acme/renamed";
  const snapshot = await world.forge.getSnapshot(ref, context);
  expect(snapshot.repo).toBe("acme/renamed");
});

test("discussions and notes are read to their end", async () => {
  await using world = await startGitlabWorld();
  const { ref } = await world.open();
  const at = { path: "acme/app", iid: ref.number };
  for (let n = 1; n <= 230; n += 1)
    world.double.world.openThread(at, { by: "bob", body: `thread ${n}`, file: "x.txt", line: 1 });
  expect((await world.forge.getSnapshot(ref, context)).threads).toMatchObject({ unresolved: 230, complete: true });
  expect(await world.forge.listThreads(ref, context)).toHaveLength(230);
  await world.forge.closePr(ref, "thread 7", context);
  const texts = world.double.world.requestAt("acme/app", ref.number).discussions.flatMap(({ notes }) => notes);
  // What somebody else said does not stand for our reason.
  expect(texts.filter((note) => note.body === "thread 7")).toHaveLength(2);
});

test("our status is one note, and no part of any pipeline", async () => {
  await using world = await startGitlabWorld({ settings: { pipelineMustSucceed: true } });
  const { ref, head } = await world.open();
  for (const title of ["Checks pending", "Awaiting approval", "Awaiting approval"])
    await world.forge.reportStatus(ref, { head, state: "pending", title, summary: "Ann has to look." }, context);
  const notes = world.double.world
    .requestAt("acme/app", ref.number)
    .discussions.flatMap((discussion) => discussion.notes);
  expect(notes).toHaveLength(1);
  expect(notes[0]?.body).toContain(`**Awaiting approval** (${head.slice(0, 10)})`);
  expect(world.project.pipelines).toEqual([]);
  expect(world.calls.filter((call) => call.operation === "edit note")).toHaveLength(1);
});

test("who has reviewed is asked again by name", async () => {
  await using world = await startGitlabWorld();
  const { ref } = await world.open();
  const at = { path: "acme/app", iid: ref.number };
  world.double.world.review(at, { by: "bob", verdict: "request_changes", body: "No." });
  await world.forge.requestReview(ref, ["bob", "ann"], context);
  const { reviewers } = world.double.world.requestAt("acme/app", ref.number);
  expect(reviewers.map(({ person, state }) => [person.username, state])).toEqual([
    ["bob", "unreviewed"],
    ["ann", "unreviewed"],
  ]);
});

test("what could be merged right now is not delegated", async () => {
  await using world = await startGitlabWorld();
  const { ref, head } = await world.open();
  const wish = { pull: ref, expectedHead: head, method: "merge", on: true };
  await expect(world.forge.setAutoMerge(wish, context)).rejects.toMatchObject({ kind: "conflict" });
  expect((await world.forge.getSnapshot(ref, context)).state).toBe("open");
});

test.each([
  ["merge", "merge", "rebase", false],
  ["ff", "rebase", "merge", true],
] as const)("a project that merges by %s takes our %s and no %s", async (mergeMethod, method, other, isHead) => {
  await using world = await startGitlabWorld({ settings: { mergeMethod } });
  const { ref, head } = await world.open();
  expect((await world.forge.getSnapshot(ref, context)).methods).toContain(method);
  expect(await world.forge.merge({ ...mergeOf({ ref, head }), method: other }, context)).toMatchObject({
    outcome: "refused",
    message: expect.stringContaining(other),
  });
  const outcome = await world.forge.merge({ ...mergeOf({ ref, head }), method }, context);
  const tip = world.project.git.tip("main");
  expect(outcome).toEqual({ outcome: "merged", sha: tip });
  expect(tip === head).toBe(isHead);
});

test("a refusal is told with GitLab's words, and why", async () => {
  await using world = await startGitlabWorld({ settings: { approvalsRequired: 1 } });
  const pull = await world.open();
  expect(await world.forge.merge(mergeOf(pull), context)).toEqual({
    outcome: "refused",
    message: 'GitLab says "405 Method Not Allowed" (not_approved)',
  });
  world.double.world.setRole("acme/app", "gastown", 30);
  expect(await world.forge.merge(mergeOf(pull), context)).toEqual({
    outcome: "refused",
    message: 'GitLab says "401 Unauthorized" (not_approved); our token may not merge into this branch',
  });
});

test.each(["errorAfterMerge", "resetAfterMerge"] as const)(
  "%s: read back at once, and never sent again",
  async (fault) => {
    await using world = await startGitlabWorld();
    const pull = await world.open();
    world.double.faults[fault] = 1;
    expect(await world.forge.merge(mergeOf(pull), context)).toEqual({
      outcome: "merged",
      sha: world.project.git.tip("main"),
    });
    expect(world.calls.filter((call) => call.operation === "merge")).toHaveLength(1);
  },
);

test("a change is sent once, whatever comes of it", async () => {
  await using world = await startGitlabWorld();
  const { ref, head } = await world.open();
  const changes: [string, () => Promise<unknown>][] = [
    ["PUT", () => world.forge.setDraft(ref, true, context)],
    ["PUT", () => world.forge.editPr(ref, { title: "Other" }, context)],
    ["POST", () => world.forge.closePr(ref, "why", context)],
    ["PUT", () => world.forge.updateBranch(ref, head, context)],
    ["POST", () => world.forge.createBranch(rig, { name: "gt/y", from: "main" }, context)],
  ];
  for (const [method, change] of changes) {
    world.calls.length = 0;
    world.double.faults.failures = { times: 9, status: 502, route: method };
    await expect(change()).rejects.toMatchObject({ kind: "unknown_outcome" });
    expect(world.calls.filter((call) => call.mutates)).toHaveLength(1);
  }
});

test("a token that GitLab does not know is denied, in words that help", async () => {
  await using world = await startGitlabWorld();
  const { ref } = await world.open();
  const other = createGitlabForge({ ...world.options, token: "glpat-of-somebody" });
  await expect(other.getSnapshot(ref, context)).rejects.toMatchObject({ kind: "denied" });
  await expect(other.getSnapshots(rig, [ref.number], context)).rejects.toMatchObject({ kind: "denied" });
});

const source = (world: { double: { webUrl: string } }) => ({
  source: `${world.double.webUrl}/acme/app`,
  defaultBranch: null,
});

test("only a project that can be worked in is registered", async () => {
  await using world = await startGitlabWorld();
  const found = await world.forge.registerRepo(rig, source(world), context);
  expect(found).toEqual({
    defaultBranch: "main",
    head: world.project.git.tip("main"),
    remote: "acme/app",
    remoteId: String(world.project.id),
    installation: null,
  });
  world.project.settings.archived = true;
  await expect(world.forge.registerRepo(rig, source(world), context)).rejects.toThrow(/archived/);
  world.project.settings.archived = false;
  world.double.world.setRole("acme/app", "gastown", 20);
  await expect(world.forge.registerRepo(rig, source(world), context)).rejects.toMatchObject({ kind: "denied" });
  await world.project.git.setBranch("main", null);
  world.double.world.setRole("acme/app", "gastown", 40);
  await expect(world.forge.registerRepo(rig, source(world), context)).rejects.toThrow(/is empty/);
});

const repo = { ...rig, createdAt: new Date() };

test("one token is made for a project and right, and used until it is about to end", async () => {
  await using world = await startGitlabWorld();
  let now = Date.now();
  const forge = createGitlabForge({ ...world.options, clock: () => now });
  const mint = (write: boolean) => forge.mintRepoToken(repo, { agent: "gt-99", write }, context);
  const [first, same] = await Promise.all([mint(true), mint(true)]);
  expect(same).toEqual(first);
  expect(first.expiresAt.getTime() - now).toBeGreaterThan(24 * 3_600_000);
  expect(first.expiresAt.getTime() - now).toBeLessThanOrEqual(48 * 3_600_000);
  const reading = await mint(false);
  expect(reading.password).not.toBe(first.password);
  expect(world.calls.filter((call) => call.operation === "create project token")).toHaveLength(2);
  now = first.expiresAt.getTime() - 30 * 60_000;
  expect((await mint(true)).password).not.toBe(first.password);
});

test("where GitLab makes no tokens, who writes is given ours, and who reads none", async () => {
  await using world = await startGitlabWorld({ settings: { projectTokens: false } });
  const token = await world.forge.mintRepoToken(repo, { agent: "gt-99", write: true }, context);
  expect(token).toMatchObject({ username: "oauth2", password: world.options.token });
  const reading = world.forge.mintRepoToken(repo, { agent: "gt-99", write: false }, context);
  await expect(reading).rejects.toMatchObject({ kind: "denied" });
});

test("a branch that GitLab protects stays, and that is no error", async () => {
  await using world = await startGitlabWorld();
  const at = "acme/app";
  await world.double.world.push(at, { branch: "next", files: { "n.txt": "n\n" } });
  await world.double.world.push(at, { branch: "main", files: { "m.txt": "m\n" } });
  const draft = { ...rig, id: "1", head: "main", base: "next", title: "Back", body: "", draft: false };
  const opened = await world.forge.openPr(draft, context);
  const ref = { ...rig, number: opened.outcome === "opened" ? opened.number : 0 };
  const head = world.project.git.tip("main") ?? "";
  await world.double.world.merge({ path: at, iid: ref.number }, "ann");
  await world.forge.deleteBranch(ref, head, context);
  expect(world.calls.at(-1)).toMatchObject({ operation: "delete branch", status: 403 });
  expect(world.project.git.tip("main")).toBe(head);
});
