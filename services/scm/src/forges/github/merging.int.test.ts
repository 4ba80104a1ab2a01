import { expect, test } from "vitest";
import type { MergeRequest } from "../forge.ts";
import { context, refOf, startGithubWorld, type GithubWorld, type Pull } from "./test/github-world.ts";

function mergeOf(pull: Pull, more: Partial<MergeRequest> = {}): MergeRequest {
  return { pull: refOf(pull), expectedHead: pull.headOid, method: "merge", title: "Title", body: "Body", ...more };
}

function mergeCalls(world: GithubWorld): number {
  return world.double.requests.filter((call) => call.route.startsWith("PUT") && call.route.endsWith("/merge")).length;
}

test.each(["merge", "squash", "rebase"])("merges by %s, and says into which commit", async (method) => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const outcome = await world.forge.merge(mergeOf(pull, { method }), context);
  expect(outcome).toEqual({ outcome: "merged", sha: world.repository.git.tip("main") });
  const snapshot = await world.forge.getSnapshot(refOf(pull), context);
  expect([snapshot.state, snapshot.mergeSha]).toEqual(["merged", world.repository.git.tip("main")]);
  expect(await world.forge.isContained(refOf(pull), pull.headOid, context)).toBe(method === "merge");
});

test("the commit says what it is to say", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.merge(mergeOf(pull), context);
  const commit = await world.repository.git.commitOf(world.repository.git.tip("main") ?? "");
  expect(commit?.message).toBe("Title\n\nBody");
});

test("what is merged already is merged, whoever did it", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const first = await world.forge.merge(mergeOf(pull), context);
  expect(await world.forge.merge(mergeOf(pull), context)).toEqual(first);
  const other = await world.open({ branch: "gt/y", files: { "y.txt": "y" } });
  const sha = await world.double.world.merging.force(other, { by: "ada" });
  expect(await world.forge.merge(mergeOf(other), context)).toEqual({ outcome: "merged", sha });
  const earlier = mergeOf(other, { expectedHead: "f".repeat(40) });
  expect(await world.forge.merge(earlier, context)).not.toMatchObject({ outcome: "merged" });
});

test("another head is not merged", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const expectedHead = pull.headOid;
  await world.double.world.branches.commit(world.repository, { branch: "gt/x", files: { "b.txt": "b" } });
  expect(await world.forge.merge(mergeOf(pull, { expectedHead }), context)).toEqual({ outcome: "head_moved" });
});

test("what GitHub refuses is refused, in its words", async () => {
  await using world = await startGithubWorld();
  const draft = await world.open({ draft: true });
  expect(await world.forge.merge(mergeOf(draft), context)).toEqual({
    outcome: "refused",
    message: "Pull Request is still a draft",
  });
  await world.double.world.rules.set(world.repository, "main", { requiredApprovals: 1 });
  const pull = await world.open({ branch: "gt/y" });
  const refused = await world.forge.merge(mergeOf(pull), context);
  expect(refused).toMatchObject({ outcome: "refused", message: expect.stringContaining("approving review") });
});

test("a base that was modified is told as such", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  world.double.faults.baseModified = 1;
  expect(await world.forge.merge(mergeOf(pull), context)).toEqual({ outcome: "base_moved" });
});

test("without the permission it is refused", async () => {
  await using world = await startGithubWorld({
    permissions: { contents: "read", pull_requests: "write", metadata: "read" },
  });
  const pull = await world.open();
  const refused = await world.forge.merge(mergeOf(pull), context);
  expect(refused).toEqual({ outcome: "refused", message: "Resource not accessible by integration" });
});

test.each([
  ["an error after the merge", { errorAfterMerge: 1 }, "MERGED"],
  ["an error before it", { errorBeforeMerge: 1 }, "OPEN"],
  ["a connection that is reset", { resetAfterMerge: 1 }, "MERGED"],
])("%s has an unknown outcome and is asked once", async (_name, fault, state) => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  Object.assign(world.double.faults, fault);
  await expect(world.forge.merge(mergeOf(pull), context)).rejects.toMatchObject({ kind: "unknown_outcome" });
  expect([mergeCalls(world), pull.state]).toEqual([1, state]);
});

test("a merge that is given up has an unknown outcome", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  const stop = new AbortController();
  world.double.faults.beforeMerge = () => stop.abort(new Error("the service stops"));
  await expect(world.forge.merge(mergeOf(pull), { signal: stop.signal })).rejects.toMatchObject({
    kind: "unknown_outcome",
  });
});

test("a limit is no attempt", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await world.forge.getSnapshot(refOf(pull), context);
  world.double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 5 };
  await expect(world.forge.merge(mergeOf(pull), context)).rejects.toMatchObject({ kind: "rate", retryAfterMs: 5_000 });
  expect(pull.state).toBe("OPEN");
});

test.each([
  ["a method that is none", { method: "octopus" }, "invalid"],
  ["a head that is no commit", { expectedHead: "abc" }, "invalid"],
])("%s is %s", async (_name, more, kind) => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  await expect(world.forge.merge(mergeOf(pull, more), context)).rejects.toMatchObject({ kind });
});

test("a pull request that is not there is gone", async () => {
  await using world = await startGithubWorld();
  const pull = { ...(await world.open()), number: 99 };
  await expect(world.forge.merge(mergeOf(pull), context)).rejects.toMatchObject({ kind: "gone" });
});

test("into the queue, once", async () => {
  await using world = await startGithubWorld();
  await world.double.world.rules.set(world.repository, "main", { kind: "ruleset", mergeQueue: "merge" });
  const pull = await world.open();
  const enqueue = () => world.forge.enqueue({ pull: refOf(pull), expectedHead: pull.headOid }, context);
  expect(await enqueue()).toEqual({ outcome: "enqueued", position: 1 });
  expect(await enqueue()).toEqual({ outcome: "enqueued", position: 1 });
  expect(world.double.requests.filter((call) => call.mutation)).toHaveLength(1);
  expect((await world.forge.getSnapshot(refOf(pull), context)).queue).toMatchObject({
    required: true,
    in: true,
    position: 1,
  });
});

test("what the queue refuses is refused, and another head is told as such", async () => {
  await using world = await startGithubWorld();
  await world.double.world.rules.set(world.repository, "main", {
    kind: "ruleset",
    mergeQueue: "merge",
    requiredApprovals: 1,
  });
  const pull = await world.open();
  const enqueue = (expectedHead: string) => world.forge.enqueue({ pull: refOf(pull), expectedHead }, context);
  expect(await enqueue(pull.headOid)).toMatchObject({ outcome: "refused" });
  expect(await enqueue("f".repeat(40))).toEqual({ outcome: "head_moved" });
  const head = pull.headOid;
  world.double.faults.beforeMerge = async () => {
    world.double.faults.beforeMerge = null;
    await world.double.world.branches.commit(world.repository, { branch: "gt/x", files: { "b.txt": "b" } });
  };
  expect(await enqueue(head)).toEqual({ outcome: "head_moved" });
});

test("brings a branch up to date, exactly this head", async () => {
  await using world = await startGithubWorld();
  const pull = await world.open();
  const head = pull.headOid;
  const update = (expectedHead: string) => world.forge.updateBranch(refOf(pull), expectedHead, context);
  expect(await update(head)).toMatchObject({ outcome: "refused", message: expect.stringContaining("no new commits") });
  await world.double.world.branches.commit(world.repository, { branch: "main", files: { "m.txt": "m" } });
  expect(await update("f".repeat(40))).toEqual({ outcome: "head_moved" });
  expect(await update(head)).toEqual({ outcome: "accepted" });
  expect(pull.headOid).not.toBe(head);
  expect(await update(head)).toEqual({ outcome: "head_moved" });
});

test("auto-merge is on for exactly this head, and off again", async () => {
  await using world = await startGithubWorld({ repository: { autoMerge: true } });
  await world.double.world.rules.set(world.repository, "main", { requiredApprovals: 1 });
  const pull = await world.open();
  const set = (on: boolean, expectedHead = pull.headOid) =>
    world.forge.setAutoMerge({ pull: refOf(pull), expectedHead, method: "squash", on }, context);
  await expect(set(true, "f".repeat(40))).rejects.toMatchObject({ kind: "conflict" });
  await set(true);
  await set(true);
  expect(pull.autoMerge?.method).toBe("squash");
  expect((await world.forge.getSnapshot(refOf(pull), context)).autoMerge).toBe(true);
  await set(false);
  await set(false);
  expect(pull.autoMerge).toBeNull();
  expect(world.double.requests.filter((call) => call.mutation)).toHaveLength(2);
});

test("auto-merge of what could be merged at once is refused", async () => {
  await using world = await startGithubWorld({ repository: { autoMerge: true } });
  const pull = await world.open();
  const armed = world.forge.setAutoMerge(
    { pull: refOf(pull), expectedHead: pull.headOid, method: "merge", on: true },
    context,
  );
  await expect(armed).rejects.toMatchObject({ kind: "invalid", message: expect.stringContaining("clean status") });
});

test("asking by REST starts the computation where asking by GraphQL does not", async () => {
  await using world = await startGithubWorld({ mergeability: { startedBy: "rest" } });
  const pull = await world.open();
  const read = async () => (await world.forge.getSnapshot(refOf(pull), context)).conflict;
  expect([await read(), await read()]).toEqual(["unknown", "unknown"]);
  await world.forge.nudgeMergeability(refOf(pull), context);
  expect(await read()).toBe("no");
});
