import { describe, expect, test } from "vitest";
import { acme, startWorld } from "./test/start-world.ts";
import { viewer } from "./test/sample-facts.ts";
import type { World } from "./world.ts";
import type { PullState, RepositoryState, RepositoryWish } from "./world-types.ts";

async function withPull(wish: Partial<RepositoryWish> = {}) {
  const all = startWorld();
  const repository = await acme(all.world, wish);
  await all.world.branches.commit(repository, {
    branch: "feature",
    files: { "src/new.ts": "new\n" },
    by: "gastown[bot]",
  });
  const pull = await all.world.pulls.open(repository, { head: "feature", by: "gastown[bot]" });
  all.told();
  return { ...all, repository, pull };
}
const push = (world: World, repository: RepositoryState, by = "gastown[bot]") =>
  world.branches.commit(repository, { branch: "feature", files: { "src/more.ts": `${Math.random()}\n` }, by });
const read = (world: World, pull: PullState) => world.readings.read(pull, { viewer, asker: "graphql" });
const merge = (world: World, pull: PullState) => world.merging.merge(pull, { viewer, method: "merge" });

const arm = (world: World, pull: PullState) => world.autoMerge.enable(pull, { viewer, method: "squash" });

async function queued() {
  const all = await withPull();
  await all.world.rules.set(all.repository, "main", { kind: "ruleset", mergeQueue: "squash" });
  all.told();
  return all;
}

describe("opening", () => {
  test("tells of the pull request and asks the owners of changed files", async () => {
    const { world, told } = startWorld();
    const repository = await acme(world, {
      codeOwners: [
        { path: "*", owners: ["bob"] },
        { path: "src/", owners: ["ann"] },
      ],
    });
    await world.branches.commit(repository, { branch: "feature", files: { "src/new.ts": "new\n" } });
    const pull = await world.pulls.open(repository, { head: "feature", by: "gastown[bot]" });
    expect(pull.requests).toEqual([{ reviewer: "ann", asCodeOwner: false }]);
    expect(told()).toEqual(["create", "push", "pull_request.opened", "pull_request.review_requested"]);
  });

  test.each([
    { wish: { head: "nowhere" }, detail: { field: "head", code: "invalid" } },
    { wish: { head: "feature", base: "nowhere" }, detail: { field: "base", code: "invalid" } },
    { wish: { head: "main" }, detail: { message: "No commits between main and main" } },
    { wish: { head: "feature" }, detail: { message: "A pull request already exists for acme:feature." } },
  ])("is refused: $detail", async ({ wish, detail }) => {
    const { world, repository } = await withPull();
    await expect(world.pulls.open(repository, wish)).rejects.toMatchObject({ status: 422, details: [detail] });
  });

  test("from a fork has no repository of its own branch", async () => {
    const { world, repository } = await withPull();
    await world.branches.commit(repository, { branch: "patch", fork: "eve", files: { x: "y" }, by: "eve" });
    const pull = await world.pulls.open(repository, { head: "patch", fork: "eve", by: "eve" });
    expect([pull.headOwner, pull.headRef, repository.git.tip("patch")]).toEqual(["eve", "patch", null]);
  });
});

describe("a push", () => {
  test("moves the head, dismisses approvals where rules say so, and outdates threads", async () => {
    const { world, repository, pull, told } = await withPull();
    await world.rules.set(repository, "main", { requiredApprovals: 1, dismissStale: true });
    await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
    const thread = world.threads.open(pull, { by: "ann", body: "why?" });
    expect((await read(world, pull)).reviewDecision).toBe("APPROVED");
    told();
    const head = await push(world, repository);
    expect(pull.headOid).toBe(head);
    expect((await read(world, pull)).reviewDecision).toBe("REVIEW_REQUIRED");
    expect(thread.commit).not.toBe(head);
    expect(told()).toEqual(["push", "pull_request.synchronize"]);
  });

  test("leaves approvals where rules do not say so", async () => {
    const { world, repository, pull } = await withPull();
    await world.rules.set(repository, "main", { requiredApprovals: 1 });
    await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
    await push(world, repository);
    expect((await read(world, pull)).reviewDecision).toBe("APPROVED");
  });

  test("to the base that holds the head merges it, whoever pushed", async () => {
    const { world, repository, pull, told } = await withPull();
    await world.branches.move(repository, "main", { oid: pull.headOid, by: "ann" });
    expect(pull).toMatchObject({ state: "MERGED", mergedBy: "ann", mergeCommit: pull.headOid });
    expect(told()).toEqual(["push", "pull_request.closed"]);
  });

  test("that deletes the head or the base closes it", async () => {
    for (const branch of ["feature", "main"]) {
      const { world, repository, pull } = await withPull();
      await world.branches.remove(repository, branch);
      expect(pull.state).toBe("CLOSED");
    }
  });

  test("makes a head that is behind, and one in conflict", async () => {
    const { world, repository, pull } = await withPull();
    await world.rules.set(repository, "main", { strict: true, requiredChecks: ["ci"] });
    await world.checks.run(repository, pull.headOid, { name: "ci", conclusion: "SUCCESS" });
    await world.branches.commit(repository, { branch: "main", files: { other: "x" } });
    expect((await read(world, pull)).mergeStateStatus).toBe("BEHIND");
    await world.branches.commit(repository, { branch: "main", files: { "src/new.ts": "another\n" } });
    expect(await read(world, pull)).toMatchObject({ mergeable: "CONFLICTING", mergeStateStatus: "DIRTY" });
    await expect(merge(world, pull)).rejects.toMatchObject({ status: 405, message: "Pull Request is not mergeable" });
  });
});

describe("mergeability (scm §1.8)", () => {
  test("is UNKNOWN until the job that asking starts has ended, and again after a move of head or base", async () => {
    const { world, repository, pull, mergeability, clock } = await withPull();
    mergeability.delayMs = 1_000;
    const words = async () => {
      const { mergeable, mergeStateStatus } = await read(world, pull);
      return `${mergeable} ${mergeStateStatus}`;
    };
    expect(await words()).toBe("UNKNOWN UNKNOWN");
    clock.ms += 999;
    expect(await words()).toBe("UNKNOWN UNKNOWN");
    clock.ms += 1;
    expect(await words()).toBe("MERGEABLE CLEAN");
    await world.branches.commit(repository, { branch: "main", files: { other: "x" } });
    expect(await words()).toBe("UNKNOWN UNKNOWN");
  });

  test("starts for no GraphQL read where only REST starts it", async () => {
    const { world, pull, mergeability } = await withPull();
    mergeability.startedBy = "rest";
    expect((await read(world, pull)).mergeable).toBe("UNKNOWN");
    expect((await read(world, pull)).mergeable).toBe("UNKNOWN");
    await world.readings.read(pull, { viewer, asker: "rest" });
    expect((await read(world, pull)).mergeable).toBe("MERGEABLE");
  });
});

test("a stale replica tells of the head before, with its older time, and of an open one that is merged", async () => {
  const { world, repository, pull, clock, faults } = await withPull();
  const before = { head: pull.headOid, updatedAt: pull.updatedAt };
  faults.staleReplicaMs = 500;
  clock.ms += 1_000;
  const head = await push(world, repository);
  clock.ms += 499;
  expect(world.readings.seen(pull)).toEqual({ ...before, state: "OPEN" });
  clock.ms += 1;
  expect(world.readings.seen(pull)).toEqual({ head, updatedAt: pull.updatedAt, state: "OPEN" });
  await merge(world, pull);
  expect(world.readings.seen(pull).state).toBe("OPEN");
  clock.ms += 500;
  expect(world.readings.seen(pull).state).toBe("MERGED");
});

describe("merging", () => {
  test("lands by each method, tells of it, and deletes the branch where that is set", async () => {
    for (const method of ["merge", "squash", "rebase"] as const) {
      const { world, repository, pull, told } = await withPull({ deleteBranchOnMerge: true });
      await push(world, repository);
      told();
      const commit = await world.merging.merge(pull, { viewer, method, title: "Done", message: "all of it" });
      expect(pull).toMatchObject({ state: "MERGED", mergeCommit: commit, mergedBy: viewer.login });
      expect(repository.git.tip("main")).toBe(commit);
      expect(repository.git.tip("feature")).toBeNull();
      const info = await repository.git.commitOf(commit);
      expect(info?.parents).toHaveLength(method === "merge" ? 2 : 1);
      expect(info?.message).toBe(method === "rebase" ? "Change" : "Done\n\nall of it");
      expect(await repository.git.fileAt(commit, "src/new.ts")).toBe("new\n");
      expect(told()).toEqual(["pull_request.closed", "push", "delete", "push"]);
    }
  });

  test("of another head than expected is 409, before any rule", async () => {
    const { world, repository, pull } = await withPull();
    await world.rules.set(repository, "main", { requiredApprovals: 1 });
    const order = world.merging.merge(pull, { viewer, method: "merge", sha: "0".repeat(40) });
    await expect(order).rejects.toMatchObject({
      status: 409,
      message: "Head branch was modified. Review and try the merge again.",
    });
  });

  test("twice is refused, and two at once are one", async () => {
    const { world, pull } = await withPull();
    const outcomes = await Promise.allSettled([merge(world, pull), merge(world, pull)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  test("an administrator merges over rules, not over conflicts", async () => {
    const { world, repository, pull } = await withPull();
    await world.rules.set(repository, "main", { requiredApprovals: 2, locked: true });
    await expect(merge(world, pull)).rejects.toMatchObject({ status: 405 });
    expect(await world.merging.force(pull, { by: "ann" })).toBe(repository.git.tip("main"));
  });

  test("the head is brought up to date, once, by merge or by rebase", async () => {
    for (const mode of ["merge", "rebase"] as const) {
      const { world, repository, pull, told } = await withPull();
      const update = (expectedHead: string) => world.merging.updateBranch(pull, { viewer, expectedHead, mode });
      await expect(update(pull.headOid)).rejects.toMatchObject({
        status: 422,
        message: "There are no new commits on the base branch.",
      });
      await world.branches.commit(repository, { branch: "main", files: { other: "x" } });
      await expect(update("0".repeat(40))).rejects.toMatchObject({
        message: "expected head sha didn’t match current head ref.",
      });
      told();
      const head = await update(pull.headOid);
      expect([pull.headOid, await repository.git.fileAt(head, "other")]).toEqual([head, "x"]);
      expect((await read(world, pull)).facts.behind).toBe(false);
      expect(told()).toEqual(["push", "pull_request.synchronize"]);
    }
  });
});

describe("auto-merge (scm §1.6)", () => {
  test("is refused in clean and unstable status, without the switch, and without rules", async () => {
    const { world, repository, pull } = await withPull({ autoMerge: true });
    await expect(arm(world, pull)).rejects.toThrow("Pull request is in clean status");
    await world.checks.run(repository, pull.headOid, { name: "lint", conclusion: "FAILURE" });
    await expect(arm(world, pull)).rejects.toThrow("Pull request is in unstable status");
    world.repositories.configure(repository, { autoMerge: false });
    await expect(arm(world, pull)).rejects.toThrow("Auto merge is not allowed for this repository");
  });

  test("merges when the last condition is met", async () => {
    const { world, repository, pull, told } = await withPull({ autoMerge: true });
    await world.rules.set(repository, "main", { requiredApprovals: 1, requiredChecks: ["ci"] });
    await arm(world, pull);
    await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
    expect(pull.state).toBe("OPEN");
    told();
    await world.checks.run(repository, pull.headOid, { name: "ci", conclusion: "SUCCESS" });
    expect(pull).toMatchObject({ state: "MERGED", mergedBy: viewer.login });
    expect(told()).toEqual([
      "check_run.created",
      "check_run.completed",
      "check_suite.completed",
      "pull_request.closed",
      "push",
    ]);
  });

  test("is dropped on a push of somebody without write access, and on a conflict", async () => {
    const { world, repository, pull, told } = await withPull({ autoMerge: true });
    await world.rules.set(repository, "main", { requiredApprovals: 1 });
    await arm(world, pull);
    told();
    await push(world, repository, "eve");
    expect([pull.autoMerge, told()]).toEqual([
      null,
      ["push", "pull_request.auto_merge_disabled", "pull_request.synchronize"],
    ]);
    await arm(world, pull);
    await world.branches.commit(repository, { branch: "main", files: { "src/new.ts": "else\n" } });
    expect(pull.autoMerge).toBeNull();
  });
});

describe("the merge queue (scm §1.5)", () => {
  test("takes one in, walks it through its states and lands it by its own method", async () => {
    const { world, repository, pull, told } = await queued();
    await expect(merge(world, pull)).rejects.toThrow("Changes must be made through the merge queue");
    const entry = await world.queue.enqueue(pull, { viewer, expectedHead: pull.headOid });
    expect([entry.state, world.queue.position(pull)]).toEqual(["QUEUED", 1]);
    expect((await read(world, pull)).mergeStateStatus).toBe("UNKNOWN");
    for (const state of ["AWAITING_CHECKS", "MERGEABLE"]) {
      await world.queue.advance(repository, "main");
      expect(entry.state).toBe(state);
    }
    await world.queue.advance(repository, "main");
    expect(pull).toMatchObject({ state: "MERGED", mergedBy: "github-merge-queue[bot]", queue: null });
    expect((await repository.git.commitOf(pull.mergeCommit ?? ""))?.parents).toHaveLength(1);
    expect(told()).toEqual([
      "pull_request.enqueued",
      "merge_group.checks_requested",
      "merge_group.destroyed",
      "pull_request.closed",
      "push",
    ]);
  });

  test("refuses another head, a second entry and a pull request whose rules are not met", async () => {
    const { world, repository, pull } = await queued();
    await expect(world.queue.enqueue(pull, { viewer, expectedHead: "0".repeat(40) })).rejects.toMatchObject({
      status: 422,
    });
    await world.rules.set(repository, "main", { requiredApprovals: 1 });
    await expect(world.queue.enqueue(pull, { viewer })).rejects.toThrow("At least 1 approving review");
    await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
    await world.queue.enqueue(pull, { viewer });
    await expect(world.queue.enqueue(pull, { viewer })).rejects.toThrow("already in the merge queue");
  });

  test("throws one out, and says why to nobody but webhooks", async () => {
    const { world, pull, events } = await queued();
    await world.queue.enqueue(pull, { viewer });
    events.length = 0;
    world.queue.eject(pull, "CI_FAILURE");
    expect(pull.queue).toBeNull();
    const dequeued = events.find(({ action }) => action === "dequeued");
    expect(dequeued?.parts()).toMatchObject({ reason: "CI_FAILURE" });
  });

  test("ejects what conflicts by then", async () => {
    const { world, repository, pull } = await queued();
    await world.queue.enqueue(pull, { viewer });
    await world.branches.commit(repository, { branch: "main", files: { "src/new.ts": "else\n" } });
    for (let step = 0; step < 3; step += 1) await world.queue.advance(repository, "main");
    expect([pull.state, pull.queue]).toEqual(["OPEN", null]);
  });
});

describe("people", () => {
  test("may not judge their own work", async () => {
    const { world, repository } = await withPull();
    await world.branches.commit(repository, { branch: "own", files: { a: "b" }, by: "ann" });
    const own = await world.pulls.open(repository, { head: "own", by: "ann" });
    await expect(world.reviews.submit(own, { by: "ann", state: "APPROVED" })).rejects.toMatchObject({ status: 422 });
    await world.reviews.submit(own, { by: "ann", state: "COMMENTED", body: "hm" });
  });

  test("whose access is taken away lose the weight of their approval, without any webhook", async () => {
    const { world, repository, pull, told } = await withPull();
    await world.rules.set(repository, "main", { requiredApprovals: 1 });
    await world.reviews.submit(pull, { by: "ann", state: "APPROVED" });
    told();
    world.repositories.grant(repository, "ann", "read");
    expect((await read(world, pull)).reviewDecision).toBe("REVIEW_REQUIRED");
    expect(told()).toEqual([]);
  });
});

test("classic rules and rulesets add up, the strictest wins", async () => {
  const { world, repository } = await withPull();
  await world.rules.set(repository, "main", { requiredApprovals: 1, requiredChecks: ["a"], bypass: [viewer.login] });
  await world.rules.set(repository, "main", {
    kind: "ruleset",
    requiredApprovals: 2,
    requiredChecks: ["b"],
    strict: true,
  });
  expect(world.rules.of(repository, "main")).toMatchObject({
    requiredApprovals: 2,
    requiredChecks: ["a", "b"],
    strict: true,
    bypass: [],
  });
  await world.rules.clear(repository, "main", "ruleset");
  expect(world.rules.of(repository, "main")).toMatchObject({ requiredApprovals: 1, strict: false });
});

test("no two worlds of a process share an id", async () => {
  const [first, second] = [startWorld(), startWorld()];
  const ids = [await acme(first.world), await acme(second.world)].map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
});
