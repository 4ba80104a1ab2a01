import { expect } from "vitest";
import type { ContractCase } from "./contract-world.ts";
import { judge, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** Each state a pull request can be in is read as that state, with all its causes, and nothing else is ever ready. */
export const stateCases: readonly ContractCase[] = [
  {
    name: "ready: nothing is in the way, and the merge names the head",
    async run(world) {
      const { ref, head, branch, repo } = await openPull(world);
      const { snapshot, action } = await untilState({ forge: world.forge, ref }, "ready");
      expect(action).toEqual({ do: "merge", expectedHead: head, method: "merge" });
      expect(snapshot).toMatchObject({
        number: ref.number,
        state: "open",
        draft: false,
        head,
        headRef: branch,
        base: await repo.tip("main"),
        baseRef: "main",
        title: "Do it",
        isFork: false,
        conflict: "no",
        gate: "clean",
        objections: [],
        codeOwnerPending: false,
        mergeSha: null,
        touchesWorkflows: false,
        permissions: { contents: true },
        queue: { in: false },
        autoMerge: false,
      });
      expect(snapshot.provider).toBe(world.forge.provider);
      expect(snapshot.methods).toContain("merge");
      expect(Math.abs(Date.parse(snapshot.readAt) - Date.now())).toBeLessThan(60_000);
    },
  },

  {
    name: "read twice, it is the same but for the time",
    async run(world) {
      const { ref } = await openPull(world);
      const { snapshot } = await untilState({ forge: world.forge, ref }, "ready");
      const again = await world.forge.getSnapshot(ref, freely);
      expect({ ...again, readAt: "" }).toEqual({ ...snapshot, readAt: "" });
    },
  },

  {
    name: "read in a batch, each is as it is alone, and one that is not there does not harm the others",
    async run(world) {
      const one = await openPull(world);
      const two = await openPull(world, { repo: one.repo, branch: "gt/toast/gt-2", draft: true });
      await untilState({ forge: world.forge, ref: one.ref }, "ready");
      await untilState({ forge: world.forge, ref: two.ref }, "draft");
      const none = two.ref.number + 1_000;
      const readings = await world.forge.getSnapshots(one.repo.ref, [one.ref.number, none, two.ref.number], freely);
      expect(readings.map((reading) => reading.number)).toEqual([one.ref.number, none, two.ref.number]);
      expect(readings).toMatchObject([
        { snapshot: { number: one.ref.number, head: one.head, draft: false } },
        { error: { kind: "gone" } },
        { snapshot: { number: two.ref.number, head: two.head, draft: true } },
      ]);
    },
  },

  {
    name: "the digest of a reading changes when something has changed, and only then",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const { snapshot } = await untilState({ forge: world.forge, ref }, "ready");
      expect((await world.forge.getSnapshot(ref, freely)).rawHash).toBe(snapshot.rawHash);
      await repo.review(ref.number, { by: "ann", verdict: "request_changes", body: "No." });
      const after = await untilState({ forge: world.forge, ref }, "changes_requested");
      expect(after.snapshot.rawHash).not.toBe(snapshot.rawHash);
    },
  },

  {
    name: "the address of a pull request leads back to its number",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const { snapshot } = await untilState({ forge: world.forge, ref }, "ready");
      const at = { ...repo.ref, remote: repo.remote };
      expect(snapshot.url).toBe(world.forge.pullUrl({ ...at, ...ref }));
      expect(world.forge.numberOf(snapshot.url, at)).toBe(ref.number);
      expect(world.forge.numberOf(`${snapshot.url}x`, at)).toBeNull();
      const other = await world.repository();
      expect(world.forge.numberOf(snapshot.url, { ...other.ref, remote: other.remote })).toBeNull();
    },
  },

  {
    name: "a push is seen",
    async run(world) {
      const { ref, repo, branch } = await openPull(world);
      const head = await repo.push(branch, { "src/new.txt": "newer\n" });
      expect((await untilState({ forge: world.forge, ref }, "ready")).snapshot.head).toBe(head);
    },
  },

  {
    name: "conflicts: the base has changed the same lines; resolved, they are over",
    async run(world) {
      const { ref, repo, branch } = await openPull(world, { files: { "src/app.txt": "ours\n" } });
      await repo.push("main", { "src/app.txt": "theirs\n" });
      const { snapshot, all } = await untilState({ forge: world.forge, ref }, "conflicts");
      expect(snapshot.conflict).toBe("yes");
      expect(all).toEqual(["conflicts"]);
      await repo.push("gt/toast/again", { "src/app.txt": "both\n" });
      const other = await openPull(world, { repo, branch: "gt/toast/again" });
      await untilState({ forge: world.forge, ref: other.ref }, "ready");
      expect(branch).not.toBe(other.branch);
    },
  },

  {
    name: "changes requested: a person objects, and no more once that person approves",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await repo.review(ref.number, { by: "ann", verdict: "request_changes", body: "Rename it, please." });
      const { snapshot, causes } = await untilState({ forge: world.forge, ref }, "changes_requested");
      expect(snapshot.objections).toEqual([
        { reviewer: expect.stringContaining("ann"), body: "Rename it, please.", outdated: false },
      ]);
      expect(causes[0]?.message).toContain("Rename it, please.");
      await repo.review(ref.number, { by: "ann", verdict: "approve", body: "" });
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "changes requested on an earlier head: the person is waited for, the author is not sent again",
    async run(world) {
      const { ref, repo, branch } = await openPull(world);
      await repo.review(ref.number, { by: "ann", verdict: "request_changes", body: "Rename it, please." });
      await untilState({ forge: world.forge, ref }, "changes_requested");
      await repo.push(branch, { "src/renamed.txt": "new\n" });
      const { snapshot } = await untilState({ forge: world.forge, ref }, "awaiting_approval");
      expect(snapshot.objections).toMatchObject([{ outdated: true }]);
      await repo.review(ref.number, { by: "ann", verdict: "approve", body: "" });
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "a comment is no opinion",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await repo.review(ref.number, { by: "ann", verdict: "comment", body: "Nice." });
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "one objects and one approves: it is objected to",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await repo.review(ref.number, { by: "ann", verdict: "request_changes", body: "No." });
      await repo.review(ref.number, { by: "bob", verdict: "approve", body: "" });
      await untilState({ forge: world.forge, ref }, "changes_requested");
    },
  },

  {
    name: "awaiting approval: people are missing, and each new head needs them again",
    async run(world) {
      const { ref, repo, branch } = await openPull(world);
      await repo.requireApprovals(2);
      const none = await untilState({ forge: world.forge, ref }, "awaiting_approval");
      expect(none.action).toEqual({ do: "wait" });
      await repo.review(ref.number, { by: "ann", verdict: "approve", body: "" });
      const one = await untilState({ forge: world.forge, ref }, "awaiting_approval");
      expect(one.snapshot.approvals.given).toBe(1);
      expect([2, null]).toContain(one.snapshot.approvals.required);
      await repo.review(ref.number, { by: "bob", verdict: "approve", body: "" });
      expect((await untilState({ forge: world.forge, ref }, "ready")).snapshot.review).toBe("approved");
      await repo.push(branch, { "src/new.txt": "newer\n" });
      expect((await untilState({ forge: world.forge, ref }, "awaiting_approval")).snapshot.approvals.given).toBe(0);
    },
  },

  {
    name: "a rule of ours can want an approval where the forge wants none",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const strict = { requireApproval: true };
      await untilState({ forge: world.forge, ref }, "awaiting_approval", strict);
      await repo.review(ref.number, { by: "ann", verdict: "approve", body: "" });
      await untilState({ forge: world.forge, ref }, "ready", strict);
    },
  },

  {
    name: "checks: a required one that was never reported, runs, fails, passes",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const check = { name: repo.requiredCheck, required: true };
      await repo.requireCheck();
      const missing = await untilState({ forge: world.forge, ref }, "checks_pending");
      expect(missing.snapshot.checks.required.missing).toHaveLength(1);
      await repo.setCheck(ref.number, { ...check, state: "pending" });
      const pending = await untilState({ forge: world.forge, ref }, "checks_pending");
      expect(pending.snapshot.checks).toMatchObject({ forHead: pending.snapshot.head, required: { missing: [] } });
      await repo.setCheck(ref.number, { ...check, state: "red", log: "1 of 2 tests failed\n" });
      const failing = await untilState({ forge: world.forge, ref }, "checks_failing");
      expect(failing.snapshot.checks.required.failing).toMatchObject([{ name: repo.requiredCheck }]);
      expect(failing.action).toEqual({ do: "rework" });
      await repo.setCheck(ref.number, { ...check, state: "green" });
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "checks of an earlier head say nothing of this one",
    async run(world) {
      const { ref, repo, branch } = await openPull(world);
      await repo.requireCheck();
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "green" });
      await untilState({ forge: world.forge, ref }, "ready");
      await repo.push(branch, { "src/new.txt": "newer\n" });
      await untilState({ forge: world.forge, ref }, "checks_pending");
    },
  },

  {
    name: "an optional check is waited for and heeded, unless the policy says otherwise",
    needs: "optionalChecks",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const lint = { name: "lint", required: false };
      const lax = { allowUnstable: true };
      await repo.setCheck(ref.number, { ...lint, state: "pending" });
      await untilState({ forge: world.forge, ref }, "checks_pending");
      await untilState({ forge: world.forge, ref }, "ready", lax);
      await repo.setCheck(ref.number, { ...lint, state: "red", log: "line too long\n" });
      const failing = await untilState({ forge: world.forge, ref }, "checks_failing");
      expect(failing.snapshot.checks.optional.failing).toMatchObject([{ name: "lint" }]);
      expect(failing.snapshot.checks.required.failing).toEqual([]);
      await untilState({ forge: world.forge, ref }, "ready", lax);
    },
  },

  {
    name: "unresolved threads are in the way where the forge, or the policy, wants them resolved",
    needs: "threads",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await repo.openThread(ref.number, { by: "ann", body: "Why?", file: "src/new.txt", line: 1 });
      await untilState({ forge: world.forge, ref }, "ready");
      await untilState({ forge: world.forge, ref }, "unresolved_threads", { resolveAllThreads: true });
      await repo.requireThreads();
      const { snapshot } = await untilState({ forge: world.forge, ref }, "unresolved_threads");
      expect(snapshot.threads).toEqual({ unresolved: 1, required: true, complete: true });
    },
  },

  {
    name: "behind: the base has moved on and wants heads up to date",
    needs: "behind",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      await repo.requireUpToDate();
      await untilState({ forge: world.forge, ref }, "ready");
      await repo.push("main", { "b.txt": "b\n" });
      const { action } = await untilState({ forge: world.forge, ref }, "behind");
      expect(action).toEqual({ do: "update-branch", expectedHead: head });
    },
  },

  {
    name: "no word of the forge hides a cause: all are told at once",
    async run(world, able) {
      const { ref, repo } = await openPull(world, { draft: true });
      await repo.requireApprovals(1);
      await repo.requireCheck();
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "red", log: "no\n" });
      await repo.review(ref.number, { by: "ann", verdict: "request_changes", body: "No." });
      if (able.threads) {
        await repo.requireThreads();
        await repo.openThread(ref.number, { by: "ann", body: "Why?", file: "src/new.txt", line: 1 });
      }
      const { all } = await untilState({ forge: world.forge, ref }, "draft");
      expect(all).toEqual(expect.arrayContaining(["draft", "changes_requested", "checks_failing"]));
      if (able.threads) expect(all).toContain("unresolved_threads");
    },
  },

  {
    name: "behind and awaiting approval, one after the other is dealt with before it is ready",
    needs: "behind",
    async run(world) {
      const { forge } = world;
      const { ref, repo } = await openPull(world);
      await repo.requireUpToDate();
      await repo.requireApprovals(1);
      await repo.push("main", { "b.txt": "b\n" });
      const { action } = judge(await forge.getSnapshot(ref, freely));
      expect(action.do).not.toBe("merge");
      await repo.review(ref.number, { by: "ann", verdict: "approve", body: "" });
      const { snapshot } = await untilState({ forge, ref }, "behind");
      expect(await forge.updateBranch(ref, snapshot.head, freely)).toEqual({ outcome: "accepted" });
      await untilState({ forge, ref }, "awaiting_approval");
      await repo.review(ref.number, { by: "bob", verdict: "approve", body: "" });
      await untilState({ forge, ref }, "ready");
    },
  },

  {
    name: "a person's merge and a person's close are seen",
    async run(world) {
      const merged = await openPull(world);
      await untilState({ forge: world.forge, ref: merged.ref }, "ready");
      const sha = await merged.repo.mergeAsPerson(merged.ref.number);
      const looked = await untilState({ forge: world.forge, ref: merged.ref }, "merged");
      expect(looked.snapshot.mergeSha).toBe(sha);
      expect(looked.snapshot.head).toBe(merged.head);
      const closed = await openPull(world);
      await closed.repo.closeAsPerson(closed.ref.number);
      await untilState({ forge: world.forge, ref: closed.ref }, "closed");
    },
  },
];
