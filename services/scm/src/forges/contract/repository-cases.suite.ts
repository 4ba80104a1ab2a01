import { expect } from "vitest";
import type { ContractCase } from "./contract-world.ts";
import { expectScmError } from "./judge.suite.ts";
import { freely } from "./open-pull.ts";

/** A repository is registered, and branches are made in it. */
export const repositoryCases: readonly ContractCase[] = [
  {
    name: "a repository that is registered answers its default branch and its tip, the same each time",
    async run(world) {
      const repo = await world.repository({ register: false });
      const tip = await repo.tip("main");
      for (let time = 0; time < 2; time += 1) {
        const found = await world.forge.registerRepo(repo.ref, { source: repo.source, defaultBranch: null }, freely);
        expect(found).toMatchObject({ defaultBranch: "main", head: tip });
      }
    },
  },

  {
    name: "another branch can be the default one, if it is there",
    async run(world) {
      const repo = await world.repository({ register: false });
      const head = await repo.push("next", { "b.txt": "b\n" });
      const wish = { source: repo.source, defaultBranch: "next" };
      expect(await world.forge.registerRepo(repo.ref, wish, freely)).toMatchObject({ defaultBranch: "next", head });
      const none = { source: repo.source, defaultBranch: "nowhere" };
      await expectScmError(world.forge.registerRepo(repo.ref, none, freely), "invalid");
    },
  },

  {
    name: "a source that is no repository is refused with an error that will not pass",
    async run(world) {
      const repo = await world.repository({ register: false });
      const wish = { source: `${repo.source}-that-is-not`, defaultBranch: null };
      await expectScmError(world.forge.registerRepo(repo.ref, wish, freely), "invalid", "gone", "denied");
    },
  },

  {
    name: "a repository may be removed twice",
    async run(world) {
      const repo = await world.repository();
      expect(await world.forge.removeRepo(repo.ref, freely)).toBeUndefined();
      expect(await world.forge.removeRepo(repo.ref, freely)).toBeUndefined();
    },
  },

  {
    name: "a branch is made at the tip of another one",
    async run(world) {
      const repo = await world.repository();
      await world.forge.createBranch(repo.ref, { name: "convoy/one", from: "main" }, freely);
      expect(await repo.tip("convoy/one")).toBe(await repo.tip("main"));
    },
  },

  {
    name: "a branch that is there is left as it is",
    async run(world) {
      const repo = await world.repository();
      const head = await repo.push("convoy/one", { "b.txt": "b\n" });
      await world.forge.createBranch(repo.ref, { name: "convoy/one", from: "main" }, freely);
      expect(await repo.tip("convoy/one")).toBe(head);
    },
  },

  {
    name: "a branch cannot be made of one that is not there",
    async run(world) {
      const repo = await world.repository();
      await expectScmError(world.forge.createBranch(repo.ref, { name: "convoy/one", from: "nowhere" }, freely), "gone");
      expect(await repo.tip("convoy/one")).toBeNull();
    },
  },

  {
    name: "a branch has a name that git takes",
    async run(world) {
      const repo = await world.repository();
      for (const name of ["convoy/..", "convoy/a.lock", "convoy/a b"])
        await expectScmError(world.forge.createBranch(repo.ref, { name, from: "main" }, freely), "invalid");
    },
  },

  {
    name: "a branch cannot be below another",
    async run(world) {
      const repo = await world.repository();
      await repo.push("convoy", { "b.txt": "b\n" });
      await expectScmError(
        world.forge.createBranch(repo.ref, { name: "convoy/one", from: "main" }, freely),
        "conflict",
        "invalid",
      );
    },
  },

  {
    name: "of a branch two at once make one",
    async run(world) {
      const repo = await world.repository();
      const make = () => world.forge.createBranch(repo.ref, { name: "convoy/one", from: "main" }, freely);
      await Promise.all([make(), make()]);
      expect(await repo.tip("convoy/one")).toBe(await repo.tip("main"));
    },
  },
];
