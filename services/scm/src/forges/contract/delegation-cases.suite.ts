import { expect } from "vitest";
import type { ContractCase } from "./contract-world.ts";
import { expectScmError, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** What a forge merges by itself: auto-merge and merge queues. */
export const delegationCases: readonly ContractCase[] = [
  {
    name: "the forge merges by itself once its rules are met",
    needs: "autoMerge",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      const { forge } = world;
      await repo.requireCheck();
      const check = { name: repo.requiredCheck, required: true };
      await repo.setCheck(ref.number, { ...check, state: "pending" });
      await untilState({ forge, ref }, "checks_pending");
      await forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: true }, freely);
      await forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: true }, freely);
      expect((await untilState({ forge, ref }, "checks_pending")).snapshot.autoMerge).toBe(true);
      await repo.setCheck(ref.number, { ...check, state: "green" });
      expect((await untilState({ forge, ref }, "merged")).snapshot.head).toBe(head);
    },
  },

  {
    name: "it does not, when it was taken back",
    needs: "autoMerge",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      const { forge } = world;
      await repo.requireCheck();
      const check = { name: repo.requiredCheck, required: true };
      await repo.setCheck(ref.number, { ...check, state: "pending" });
      await untilState({ forge, ref }, "checks_pending");
      await forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: true }, freely);
      await forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: false }, freely);
      await forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: false }, freely);
      await repo.setCheck(ref.number, { ...check, state: "green" });
      expect((await untilState({ forge, ref }, "ready")).snapshot.autoMerge).toBe(false);
    },
  },

  {
    name: "another head than the one that was meant is not delegated",
    needs: "autoMerge",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      const { forge } = world;
      await repo.requireCheck();
      await repo.push(branch, { "src/new.txt": "newer\n" });
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "pending" });
      await untilState({ forge, ref }, "checks_pending");
      await expectScmError(
        forge.setAutoMerge({ pull: ref, expectedHead: head, method: "merge", on: true }, freely),
        "conflict",
        "invalid",
      );
      expect((await forge.getSnapshot(ref, freely)).autoMerge).toBe(false);
    },
  },

  {
    name: "where a queue is required it is entered, once, and not gone around",
    needs: "mergeQueue",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      const { forge } = world;
      await repo.requireQueue();
      const { action } = await untilState({ forge, ref }, "ready");
      expect(action).toEqual({ do: "enqueue", expectedHead: head });
      expect((await forge.enqueue({ pull: ref, expectedHead: "0".repeat(40) }, freely)).outcome).toBe("head_moved");
      expect((await forge.enqueue({ pull: ref, expectedHead: head }, freely)).outcome).toBe("enqueued");
      expect((await forge.enqueue({ pull: ref, expectedHead: head }, freely)).outcome).toBe("enqueued");
      expect((await untilState({ forge, ref }, "queued")).action).toEqual({ do: "wait" });
    },
  },

  {
    name: "a forge without a queue says so",
    lacks: "mergeQueue",
    async run(world) {
      const { ref, head } = await openPull(world);
      expect(world.forge.capabilities().mergeQueue).toBe(false);
      await expectScmError(world.forge.enqueue({ pull: ref, expectedHead: head }, freely), "invalid");
    },
  },

  {
    name: "a forge that merges nothing by itself says so",
    lacks: "autoMerge",
    async run(world) {
      const { ref, head } = await openPull(world);
      expect(world.forge.capabilities().autoMerge).toBe(false);
      const wish = { pull: ref, expectedHead: head, method: "merge", on: true };
      await expectScmError(world.forge.setAutoMerge(wish, freely), "invalid");
    },
  },
];
