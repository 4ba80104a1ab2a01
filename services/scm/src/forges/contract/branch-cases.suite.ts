import { expect } from "vitest";
import type { ContractCase } from "./contract-world.ts";
import { expectScmError, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** Branches are deleted when nothing is lost by it, and brought up to date where the forge can. */
export const branchCases: readonly ContractCase[] = [
  {
    name: "the branch of a merged pull request is deleted, once",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.mergeAsPerson(ref.number);
      await world.forge.deleteBranch(ref, head, freely);
      expect(await repo.tip(branch)).toBeNull();
      await world.forge.deleteBranch(ref, head, freely);
      await untilState({ forge: world.forge, ref }, "merged");
    },
  },

  {
    name: "a branch that was pushed to since is left",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.mergeAsPerson(ref.number);
      const newer = await repo.push(branch, { "src/new.txt": "newer\n" });
      await world.forge.deleteBranch(ref, head, freely);
      expect(await repo.tip(branch)).toBe(newer);
    },
  },

  {
    name: "a branch whose commits are not in the base is left",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.closeAsPerson(ref.number);
      await world.forge.deleteBranch(ref, head, freely);
      expect(await repo.tip(branch)).toBe(head);
    },
  },
  {
    name: "whether a commit is in the base is told",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      expect(await world.forge.isContained(ref, head, freely)).toBe(false);
      expect(await world.forge.isContained(ref, "0123456789".repeat(4), freely)).toBe(false);
      await repo.mergeAsPerson(ref.number);
      expect(await world.forge.isContained(ref, head, freely)).toBe(true);
    },
  },

  {
    name: "a branch that another pull request merges into is left",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.push("gt/toast/gt-2", { "src/more.txt": "more\n" }, branch);
      const above = await openPull(world, { repo, branch: "gt/toast/gt-2", base: branch });
      await repo.mergeAsPerson(ref.number);
      await world.forge.deleteBranch(ref, head, freely);
      expect(await repo.tip(branch)).toBe(head);
      await repo.closeAsPerson(above.ref.number);
      await world.forge.deleteBranch(ref, head, freely);
      expect(await repo.tip(branch)).toBeNull();
    },
  },

  {
    name: "a branch that is behind is brought up to date",
    needs: "behind",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.requireUpToDate();
      const main = await repo.push("main", { "b.txt": "b\n" });
      await untilState({ forge: world.forge, ref }, "behind");
      expect(await world.forge.updateBranch(ref, head, freely)).toEqual({ outcome: "accepted" });
      const { snapshot } = await untilState({ forge: world.forge, ref }, "ready");
      expect(snapshot.head).not.toBe(head);
      expect(await repo.tip(branch)).toBe(snapshot.head);
      expect(await repo.contains(branch, main)).toBe(true);
    },
  },

  {
    name: "a branch that has moved is not touched",
    needs: "behind",
    async run(world) {
      const { ref, repo, head, branch } = await openPull(world);
      await repo.requireUpToDate();
      await repo.push("main", { "b.txt": "b\n" });
      const newer = await repo.push(branch, { "src/new.txt": "newer\n" });
      await untilState({ forge: world.forge, ref }, "behind");
      expect(await world.forge.updateBranch(ref, head, freely)).toEqual({ outcome: "head_moved" });
      expect(await repo.tip(branch)).toBe(newer);
    },
  },

  {
    name: "a forge that updates no branch says so",
    lacks: "behind",
    async run(world) {
      const { ref, head } = await openPull(world);
      expect(world.forge.capabilities().updateBranch).toBe(false);
      await expectScmError(world.forge.updateBranch(ref, head, freely), "invalid");
    },
  },
];
