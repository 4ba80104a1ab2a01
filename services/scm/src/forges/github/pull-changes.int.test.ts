import { expect, test } from "vitest";
import { context, refOf, rig, startGithubWorld, type GithubWorld } from "./test/github-world.ts";

const draft = { ...rig, id: "p1", head: "gt/x", base: "main", title: "T", body: "B", draft: false };

async function pushed(world: GithubWorld, branch = "gt/x") {
  return world.double.world.branches.commit(world.repository, { branch, files: { "a.txt": "a\n" } });
}

function changes(world: GithubWorld): number {
  return world.double.requests.filter((call) => call.mutation && call.status < 300).length;
}

test("opens a pull request once for a head and a base", async () => {
  await using world = await startGithubWorld();
  await pushed(world);
  expect(await world.forge.openPr(draft, context)).toEqual({ outcome: "opened", number: 1 });
  expect(await world.forge.openPr({ ...draft, id: "p2" }, context)).toEqual({ outcome: "opened", number: 1 });
  expect(changes(world)).toBe(1);
  expect(await world.forge.getSnapshot({ ...rig, number: 1 }, context)).toMatchObject({
    title: "T",
    body: "B",
    draft: false,
  });
});

test("opens a draft", async () => {
  await using world = await startGithubWorld();
  await pushed(world);
  await world.forge.openPr({ ...draft, draft: true }, context);
  expect((await world.forge.getSnapshot({ ...rig, number: 1 }, context)).draft).toBe(true);
});

test("a pull request that was closed is no reason not to open another", async () => {
  await using world = await startGithubWorld();
  await pushed(world);
  await world.forge.openPr(draft, context);
  await world.forge.closePr({ ...rig, number: 1 }, "", context);
  expect(await world.forge.openPr(draft, context)).toEqual({ outcome: "opened", number: 2 });
});

test.each([
  ["a head that was not pushed", { head: "gt/none" }, { outcome: "missing", branch: "gt/none" }],
  ["a base that is not there", { base: "none" }, { outcome: "missing", branch: "none" }],
])("%s is missing, and nothing is sent", async (_name, more, outcome) => {
  await using world = await startGithubWorld();
  await pushed(world);
  expect(await world.forge.openPr({ ...draft, ...more }, context)).toEqual(outcome);
  expect(world.double.requests.some((call) => call.mutation)).toBe(false);
});

test("a head that the base has is nothing to merge", async () => {
  await using world = await startGithubWorld();
  const { repository } = world;
  await world.double.world.branches.move(repository, "gt/x", { oid: repository.git.tip("main") ?? "", by: "ada" });
  expect(await world.forge.openPr(draft, context)).toEqual({ outcome: "nothing_to_merge" });
});

test("an opening whose answer is lost is found the next time", async () => {
  await using world = await startGithubWorld();
  await pushed(world);
  world.double.faults.failures = { times: 1, status: 502, route: "POST /repos/{owner}/{repo}/pulls" };
  await expect(world.forge.openPr(draft, context)).rejects.toMatchObject({ kind: "unknown_outcome" });
  await world.double.world.pulls.open(world.repository, { head: "gt/x", by: "ada" });
  expect(await world.forge.openPr(draft, context)).toEqual({ outcome: "opened", number: 1 });
});

test("words are changed, those that are given", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.editPr(refOf(pull), { title: "new" }, context);
  await world.forge.editPr(refOf(pull), { body: "why" }, context);
  await world.forge.editPr(refOf(pull), {}, context);
  expect([pull.title, pull.body, changes(world)]).toEqual(["new", "why", 2]);
});

test("a draft and back, once each", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  for (const wanted of [false, true, true]) await world.forge.setDraft(refOf(pull), wanted, context);
  expect([pull.draft, changes(world)]).toEqual([true, 1]);
  await world.forge.setDraft(refOf(pull), false, context);
  expect(pull.draft).toBe(false);
});

test("is closed with the reason, once", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  world.double.faults.failures = { times: 1, status: 502, route: "PATCH" };
  await expect(world.forge.closePr(refOf(pull), "The bead was dropped.", context)).rejects.toMatchObject({
    kind: "unknown_outcome",
  });
  for (let n = 0; n < 2; n += 1) await world.forge.closePr(refOf(pull), "The bead was dropped.", context);
  expect([pull.state, pull.comments.map((comment) => comment.body)]).toEqual(["CLOSED", ["The bead was dropped."]]);
});

test("people are asked for their review; nobody is asked who cannot be", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open({ by: "ada" });
  await world.forge.requestReview(refOf(pull), ["bob"], context);
  expect(pull.requests.map((request) => request.reviewer)).toEqual(["bob"]);
  await world.forge.requestReview(refOf(pull), [], context);
  await expect(world.forge.requestReview(refOf(pull), ["nobody"], context)).rejects.toMatchObject({ kind: "invalid" });
});

test.each(["approve", "request_changes", "comment"] as const)(
  "a review that says %s is a comment, once",
  async (verdict) => {
    await using world = await startGithubWorld();
    const pull = await world.open({ by: "ada" });
    const review = { id: "r1", reviewer: "agent:refinery", verdict, body: "Look here", commit: pull.headOid };
    for (let n = 0; n < 2; n += 1) await world.forge.addReview(refOf(pull), review, context);
    expect(pull.reviews).toMatchObject([{ state: "COMMENTED", commit: pull.headOid }]);
    expect(pull.reviews[0]?.body).toContain("**agent:refinery**");
    expect(pull.reviews[0]?.body).toContain("Look here");
    await world.forge.addReview(refOf(pull), { ...review, id: "r2" }, context);
    expect(pull.reviews).toHaveLength(2);
  },
);

test("a review of an earlier commit says of which", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const commit = pull.headOid;
  await pushed(world);
  await world.forge.addReview(
    refOf(pull),
    { id: "r1", reviewer: "agent:refinery", verdict: "comment", body: "", commit },
    context,
  );
  expect(pull.reviews[0]?.commit).toBe(pull.headOid);
  expect(pull.reviews[0]?.body).toContain(`comments of ${commit.slice(0, 10)}.`);
});

test("words that are too long for GitHub are cut", async () => {
  await using world = await startGithubWorld();
  await pushed(world);
  await world.forge.openPr({ ...draft, title: "t".repeat(300), body: "b".repeat(70_000) }, context);
  const { title, body } = await world.forge.getSnapshot({ ...rig, number: 1 }, context);
  expect([title.length, body.length]).toEqual([256, 65_536]);
});

test("threads are listed with their comments, answered once and resolved", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const { threads, branches } = world.double.world;
  const asked = threads.open(pull, { by: "ada", body: "why?", path: "a.txt", line: 3 });
  for (let n = 0; n < 60; n += 1) threads.reply(pull, asked, { by: `bob`, body: `${n}` });
  threads.open(pull, { by: "bob", body: "and this?" });
  await branches.commit(world.repository, { branch: "gt/x", files: { "b.txt": "b" } });
  const [first, second, ...rest] = await world.forge.listThreads(refOf(pull), context);
  expect(rest).toEqual([]);
  expect(first).toMatchObject({ resolved: false, outdated: true, file: "a.txt", line: 3 });
  expect(first?.comments).toHaveLength(61);
  expect(first?.comments[0]).toMatchObject({ author: "ada", bot: false, body: "why?" });
  expect(first?.comments.at(-1)?.body).toBe("59");
  expect(second?.comments.map((comment) => comment.body)).toEqual(["and this?"]);
  const id = first?.id ?? "";
  for (let n = 0; n < 2; n += 1) await world.forge.replyThread(refOf(pull), id, "because", context);
  for (let n = 0; n < 2; n += 1) await world.forge.resolveThread(refOf(pull), id, context);
  const [after] = await world.forge.listThreads(refOf(pull), context);
  expect(after).toMatchObject({ resolved: true });
  expect(after?.comments).toHaveLength(62);
  expect(after?.comments.at(-1)).toMatchObject({ bot: true, body: "because" });
  expect(changes(world)).toBe(2);
});

test("a thread of another pull request is not written to", async () => {
  await using world = await startGithubWorld();
  const [one, other] = [await world.open(), await world.open({ branch: "gt/y" })];
  world.double.world.threads.open(one, { by: "ada", body: "why?" });
  const [thread] = await world.forge.listThreads(refOf(one), context);
  const reply = (id: string) => world.forge.replyThread(refOf(other), id, "because", context);
  await expect(reply(thread?.id ?? "")).rejects.toMatchObject({ kind: "gone" });
  await expect(reply("nonsense")).rejects.toMatchObject({ kind: "gone" });
  await expect(world.forge.resolveThread(refOf(other), thread?.id ?? "", context)).rejects.toMatchObject({
    kind: "gone",
  });
});

test("failed checks come with the end of their logs, or with what they said", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const { checks } = world.double.world;
  const log = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
  const run = (wish: Parameters<typeof checks.run>[2]) => checks.run(world.repository, pull.headOid, wish);
  await run({ name: "good", conclusion: "SUCCESS" });
  await run({ name: "build", conclusion: "FAILURE", log });
  await run({
    name: "scan",
    conclusion: "TIMED_OUT",
    app: "scanner",
    title: "Too slow",
    summary: "60 s",
    detailsUrl: "https://scan.example/1",
  });
  await run({ name: "gastown", conclusion: "FAILURE", app: world.double.app.slug });
  await checks.status(world.repository, pull.headOid, {
    context: "ci/old",
    state: "error",
    description: "no runner",
    by: "ada",
  });
  const failed = await world.forge.listFailedChecks(refOf(pull), context);
  expect(failed.map((check) => check.name).toSorted()).toEqual(["build", "ci/old", "scan"]);
  const of = (name: string) => failed.find((check) => check.name === name);
  expect(of("build")?.log).toBe(`[...]\n${log.split("\n").slice(-200).join("\n")}`);
  expect(of("scan")).toMatchObject({ url: "https://scan.example/1", log: "Too slow\n60 s" });
  expect(of("ci/old")).toMatchObject({ log: "no runner" });
});

test("our explaining check is one on each head, and says what is new only", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const status = { head: pull.headOid, state: "pending", title: "Waits for ada", summary: "since noon" } as const;
  const report = (more = {}) => world.forge.reportStatus(refOf(pull), { ...status, ...more }, context);
  await report();
  await report();
  expect(changes(world)).toBe(1);
  await report({ state: "success", title: "Ready" });
  // Another process of ours knows nothing of the first one's.
  const { id, privateKey, slug } = world.double.app;
  const other = world.forgeOf({ kind: "app", appId: String(id), privateKey, slug });
  await other.reportStatus(refOf(pull), { ...status, state: "failure", title: "Tests fail" }, context);
  const runs = world.repository.checkRuns.get(pull.headOid) ?? [];
  expect(runs).toMatchObject([
    { name: "gastown", app: slug, status: "COMPLETED", conclusion: "NEUTRAL", title: "Tests fail" },
  ]);
  expect((await world.forge.getSnapshot(refOf(pull), context)).gate).toBe("clean");
});

test("with a personal token it is a commit status", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const forge = world.forgeOf({ kind: "token", token: world.double.auth.personalToken("ada") });
  await forge.reportStatus(
    refOf(pull),
    { head: pull.headOid, state: "failure", title: "Tests fail", summary: "" },
    context,
  );
  expect(world.repository.statuses.get(pull.headOid)).toMatchObject([
    { context: "gastown", state: "pending", description: "Tests fail" },
  ]);
  expect(await forge.getSnapshot(refOf(pull), context)).toMatchObject({
    gate: "clean",
    checks: { total: 0, rollup: "none" },
  });
});

test("makes a branch, and leaves one that is there", async () => {
  await using world = await startGithubWorld();
  const { repository } = world;
  const main = repository.git.tip("main");
  const create = (name: string, from = "main") => world.forge.createBranch(rig, { name, from }, context);
  await create("convoy/one");
  expect(repository.git.tip("convoy/one")).toBe(main);
  const moved = await pushed(world, "convoy/one");
  await create("convoy/one");
  expect(repository.git.tip("convoy/one")).toBe(moved);
  await expect(create("convoy/two", "none")).rejects.toMatchObject({ kind: "gone" });
});

test("a branch is deleted when nothing is lost by it", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const head = pull.headOid;
  const remove = (expected = head) => world.forge.deleteBranch(refOf(pull), expected, context);
  const isThere = () => world.repository.git.tip("gt/x") !== null;
  await remove();
  expect(isThere()).toBe(true);
  await world.forge.merge({ pull: refOf(pull), expectedHead: head, method: "merge", title: "", body: "" }, context);
  await remove("f".repeat(40));
  expect(isThere()).toBe(true);
  await remove();
  expect(isThere()).toBe(false);
  await remove();
});

test.each(["squash", "close"])("a branch whose commits are in no base stays (%s)", async (how) => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const merging = { pull: refOf(pull), expectedHead: pull.headOid, method: "squash", title: "", body: "" };
  if (how === "squash") await world.forge.merge(merging, context);
  else await world.forge.closePr(refOf(pull), "", context);
  await world.forge.deleteBranch(refOf(pull), pull.headOid, context);
  expect(world.repository.git.tip("gt/x")).toBe(pull.headOid);
});

test("a branch that an open pull request needs stays", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const above = await world.double.world.branches.commit(world.repository, {
    branch: "gt/y",
    from: "gt/x",
    files: { "y.txt": "y" },
  });
  await world.double.world.pulls.open(world.repository, { head: "gt/y", base: "gt/x", by: "ada" });
  await world.forge.merge(
    { pull: refOf(pull), expectedHead: pull.headOid, method: "merge", title: "", body: "" },
    context,
  );
  await world.forge.deleteBranch(refOf(pull), pull.headOid, context);
  expect([world.repository.git.tip("gt/x"), world.repository.git.tip("gt/y")]).toEqual([pull.headOid, above]);
});
