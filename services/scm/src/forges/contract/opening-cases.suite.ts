import { newId } from "@gastown/contracts";
import { expect } from "vitest";
import type { PullDraft } from "../forge.ts";
import type { ContractCase, ContractRepo } from "./contract-world.ts";
import { expectScmError, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

function draftIn(repo: ContractRepo, over: Partial<PullDraft> = {}): PullDraft {
  const { town, rig } = repo.ref;
  const words = { title: "Do it", body: "As asked.\n\nWith *all* of it.", draft: false };
  return { id: newId(), town, rig, head: "gt/toast/gt-1", base: "main", ...words, ...over };
}

/** Pull requests are opened, changed in their words, and closed. */
export const openingCases: readonly ContractCase[] = [
  {
    name: "a pull request is opened once, however often it is asked for",
    async run(world) {
      const repo = await world.repository();
      await repo.push("gt/toast/gt-1", { "b.txt": "b\n" });
      const draft = draftIn(repo);
      await repo.expectPull(draft);
      const opened = await world.forge.openPr(draft, freely);
      expect(opened).toEqual({ outcome: "opened", number: expect.any(Number) });
      expect(await world.forge.openPr(draft, freely)).toEqual(opened);
      const number = opened.outcome === "opened" ? opened.number : 0;
      const seen = await repo.seen(number);
      expect(seen).toMatchObject({ title: "Do it", draft: false, state: "open" });
      expect(seen.body).toContain("With *all* of it.");
    },
  },

  {
    name: "two branches have two pull requests",
    async run(world) {
      const one = await openPull(world);
      const two = await openPull(world, { repo: one.repo, branch: "gt/toast/gt-2" });
      expect(two.ref.number).not.toBe(one.ref.number);
    },
  },

  {
    name: "a branch that is not there is named",
    async run(world) {
      const repo = await world.repository();
      await repo.push("gt/toast/gt-1", { "b.txt": "b\n" });
      for (const which of ["head", "base"] as const) {
        const draft = draftIn(repo, { [which]: "convoy/never" });
        await repo.expectPull(draft);
        expect(await world.forge.openPr(draft, freely)).toEqual({ outcome: "missing", branch: "convoy/never" });
      }
    },
  },
  {
    name: "a head that the base has all of is nothing to merge",
    async run(world) {
      const repo = await world.repository();
      await world.forge.createBranch(repo.ref, { name: "gt/toast/gt-1", from: "main" }, freely);
      const draft = draftIn(repo);
      await repo.expectPull(draft);
      expect(await world.forge.openPr(draft, freely)).toEqual({ outcome: "nothing_to_merge" });
    },
  },

  {
    name: "one that is opened as a draft is one, until it is not",
    async run(world) {
      const { ref, repo } = await openPull(world, { draft: true });
      const { forge } = world;
      await untilState({ forge, ref }, "draft");
      await forge.setDraft(ref, true, freely);
      expect(await repo.seen(ref.number)).toMatchObject({ draft: true });
      await forge.setDraft(ref, false, freely);
      await forge.setDraft(ref, false, freely);
      await untilState({ forge, ref }, "ready");
      await forge.setDraft(ref, true, freely);
      await untilState({ forge, ref }, "draft");
    },
  },

  {
    name: "title and body are changed one by one, and a draft stays one",
    async run(world) {
      const { ref, repo } = await openPull(world, { draft: true });
      const { forge } = world;
      await forge.editPr(ref, { title: "Done" }, freely);
      const titled = await repo.seen(ref.number);
      expect(titled.title).toContain("Done");
      expect(titled.body).toContain("As asked.");
      await forge.editPr(ref, { body: "Otherwise." }, freely);
      const worded = await repo.seen(ref.number);
      expect(worded.title).toContain("Done");
      expect(worded.body).toContain("Otherwise.");
      expect(worded.body).not.toContain("As asked.");
      expect(worded.draft).toBe(true);
    },
  },

  {
    name: "edited, it is still the one that was asked for",
    async run(world) {
      const repo = await world.repository();
      await repo.push("gt/toast/gt-1", { "b.txt": "b\n" });
      const draft = draftIn(repo);
      await repo.expectPull(draft);
      const opened = await world.forge.openPr(draft, freely);
      const number = opened.outcome === "opened" ? opened.number : 0;
      await world.forge.editPr({ ...repo.ref, number }, { body: "Otherwise." }, freely);
      expect(await world.forge.openPr(draft, freely)).toEqual(opened);
    },
  },

  {
    name: "it is closed with the reason, which is told once",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const { forge } = world;
      await forge.closePr(ref, "the work is not wanted any more", freely);
      await forge.closePr(ref, "the work is not wanted any more", freely);
      expect(await untilState({ forge, ref }, "closed")).toMatchObject({ causes: [], action: { do: "end" } });
      const { texts, state } = await repo.seen(ref.number);
      expect(state).toBe("closed");
      expect(texts.filter((text) => text.includes("not wanted any more"))).toHaveLength(1);
    },
  },

  {
    name: "closing what is merged changes nothing",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const { forge } = world;
      await repo.mergeAsPerson(ref.number);
      await forge.closePr(ref, "too late", freely);
      await untilState({ forge, ref }, "merged");
    },
  },

  {
    name: "a pull request that is not there is gone",
    async run(world) {
      const { ref } = await openPull(world);
      const none = { ...ref, number: ref.number + 1_000 };
      const { forge } = world;
      await expectScmError(forge.getSnapshot(none, freely), "gone");
      await expectScmError(forge.closePr(none, "why", freely), "gone");
      await expectScmError(forge.setDraft(none, true, freely), "gone");
      await expectScmError(forge.editPr(none, { title: "Other" }, freely), "gone");
    },
  },
];
