import { expect } from "vitest";
import type { MergeOutcome, PullRef } from "../forge.ts";
import type { ContractCase, ContractWorld } from "./contract-world.ts";
import { expectScmError, untilState, type Looked } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

interface Meant {
  readonly ref: PullRef;
  readonly head: string;
}

function merge({ forge }: ContractWorld, { ref, head }: Meant, method = "merge"): Promise<MergeOutcome> {
  return forge.merge({ pull: ref, expectedHead: head, method, title: "Merge it", body: "Bead: gt-1" }, freely);
}

function ready({ forge }: ContractWorld, ref: PullRef): Promise<Looked> {
  return untilState({ forge, ref }, "ready");
}

/** Exactly the head that was meant is merged, once, or it is said why not. */
export const mergeCases: readonly ContractCase[] = [
  {
    name: "the head is merged, and all of it is in the base",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await ready(world, ref);
      const outcome = await merge(world, { ref, head });
      const tip = await repo.tip("main");
      expect(outcome).toEqual({ outcome: "merged", sha: tip });
      expect(await repo.contains("main", head)).toBe(true);
      expect((await untilState({ forge: world.forge, ref }, "merged")).snapshot).toMatchObject({ head, mergeSha: tip });
    },
  },

  {
    name: "merged twice is merged once",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await ready(world, ref);
      const first = await merge(world, { ref, head });
      const tip = await repo.tip("main");
      expect(await merge(world, { ref, head })).toEqual(first);
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "what a person merged meanwhile is merged",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await ready(world, ref);
      const sha = await repo.mergeAsPerson(ref.number);
      expect(await merge(world, { ref, head })).toEqual({ outcome: "merged", sha });
    },
  },

  {
    name: "another head than the one that was meant is not merged",
    async run(world) {
      const { ref, head, repo, branch } = await openPull(world);
      await ready(world, ref);
      await repo.push(branch, { "src/new.txt": "newer\n" });
      const tip = await repo.tip("main");
      expect(await merge(world, { ref, head })).toEqual({ outcome: "head_moved" });
      expect(await repo.tip("main")).toBe(tip);
      await ready(world, ref);
    },
  },

  {
    name: "that the base has moved harms nothing",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await ready(world, ref);
      const moved = await repo.push("main", { "b.txt": "b\n" });
      const outcome = await merge(world, { ref, head });
      const merged = outcome.outcome === "merged";
      expect(outcome).toEqual(merged ? { outcome: "merged", sha: await repo.tip("main") } : { outcome: "base_moved" });
      expect(await repo.contains("main", moved)).toBe(true);
    },
  },

  {
    name: "conflicts are refused",
    async run(world) {
      const { ref, head, repo } = await openPull(world, { files: { "src/app.txt": "ours\n" } });
      const tip = await repo.push("main", { "src/app.txt": "theirs\n" });
      expect(await merge(world, { ref, head })).toEqual({ outcome: "refused", message: expect.stringMatching(/./) });
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "a closed one is refused",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await repo.closeAsPerson(ref.number);
      const tip = await repo.tip("main");
      expect(await merge(world, { ref, head })).toEqual({ outcome: "refused", message: expect.stringMatching(/./) });
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "a method that nobody knows is refused",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await ready(world, ref);
      const tip = await repo.tip("main");
      const outcome = await merge(world, { ref, head }, "smear").catch((error: unknown) => error);
      expect(outcome).toSatisfy(
        (it: { outcome?: string; kind?: string }) => it.outcome === "refused" || it.kind === "invalid",
      );
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "what a rule forbids is refused, with the forge's words",
    needs: "rules",
    async run(world) {
      const { ref, head, repo } = await openPull(world, { draft: true });
      const tip = await repo.tip("main");
      expect(await merge(world, { ref, head })).toEqual({ outcome: "refused", message: expect.stringMatching(/./) });
      await world.forge.setDraft(ref, false, freely);
      await repo.requireApprovals(1);
      await untilState({ forge: world.forge, ref }, "awaiting_approval");
      expect(await merge(world, { ref, head })).toEqual({ outcome: "refused", message: expect.stringMatching(/./) });
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "other methods that the repository allows are used",
    needs: "rules",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const { snapshot } = await ready(world, ref);
      expect(snapshot.methods).toContain("squash");
      const outcome = await merge(world, { ref, head }, "squash");
      expect(outcome).toEqual({ outcome: "merged", sha: await repo.tip("main") });
      expect(await repo.contains("main", head)).toBe(false);
      expect(await repo.fileOn("main", "src/new.txt")).toBe("new\n");
      expect((await untilState({ forge: world.forge, ref }, "merged")).snapshot.mergeSha).toBe(await repo.tip("main"));
    },
  },

  {
    name: "a rule that is broken between the reading and the merge is refused with one call",
    needs: "remote",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const { remote } = world;
      await ready(world, ref);
      await repo.requireApprovals(1);
      remote?.mergeCalls();
      expect((await merge(world, { ref, head })).outcome).toBe("refused");
      expect(remote?.mergeCalls()).toBe(1);
    },
  },

  {
    name: "a head that moves while the merge is under way is not merged",
    needs: "remote",
    async run(world) {
      const { ref, head, repo, branch } = await openPull(world);
      await ready(world, ref);
      const tip = await repo.tip("main");
      world.remote?.beforeMerge(async () => void (await repo.push(branch, { "src/new.txt": "newer\n" })));
      expect(await merge(world, { ref, head })).toEqual({ outcome: "head_moved" });
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "a merge that happened without an answer is read back, not repeated",
    needs: "remote",
    async run(world) {
      const { ref, head } = await openPull(world);
      const { remote } = world;
      await ready(world, ref);
      remote?.mergeCalls();
      remote?.failAfterMerge();
      const outcome = await merge(world, { ref, head }).catch((error: unknown) => error);
      expect(outcome).toSatisfy(
        (it: { outcome?: string; kind?: string }) => it.outcome === "merged" || it.kind === "unknown_outcome",
      );
      await untilState({ forge: world.forge, ref }, "merged");
      expect(remote?.mergeCalls()).toBe(1);
    },
  },

  {
    name: "a merge that did not happen is never told as one that did, nor repeated",
    needs: "remote",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const { remote } = world;
      await ready(world, ref);
      const tip = await repo.tip("main");
      remote?.mergeCalls();
      remote?.failBeforeMerge();
      await expectScmError(merge(world, { ref, head }), "unknown_outcome", "unavailable");
      expect(remote?.mergeCalls()).toBe(1);
      expect(await repo.tip("main")).toBe(tip);
    },
  },

  {
    name: "a pull request that is not there is gone",
    async run(world) {
      const { ref, head } = await openPull(world);
      await expectScmError(merge(world, { ref: { ...ref, number: ref.number + 1_000 }, head }), "gone");
    },
  },
];
