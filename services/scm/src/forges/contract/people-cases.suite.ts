import { newId } from "@gastown/contracts";
import { expect } from "vitest";
import type { ReviewDraft } from "../forge.ts";
import type { ContractCase } from "./contract-world.ts";
import { expectScmError, untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** Reviews, review requests and threads. */
export const peopleCases: readonly ContractCase[] = [
  {
    name: "a review of ours is recorded once",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const review = reviewOn(head, { verdict: "comment", body: "It does what it says." });
      await repo.expectReview(ref, review);
      await world.forge.addReview(ref, review, freely);
      await world.forge.addReview(ref, review, freely);
      const { texts } = await repo.seen(ref.number);
      expect(texts.filter((text) => text.includes("It does what it says."))).toHaveLength(1);
      await untilState({ forge: world.forge, ref }, "ready");
    },
  },

  {
    name: "an agent's approval is never a person's",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      await repo.requireApprovals(1);
      const review = reviewOn(head, { verdict: "approve", body: "Fine with me." });
      await repo.expectReview(ref, review);
      await world.forge.addReview(ref, review, freely);
      expect((await repo.seen(ref.number)).texts.join()).toContain("Fine with me.");
      await untilState({ forge: world.forge, ref }, "awaiting_approval");
    },
  },

  {
    name: "an agent's approval does not satisfy our own rule either",
    async run(world) {
      const { ref, head, repo } = await openPull(world);
      const review = reviewOn(head, { verdict: "approve", body: "Fine with me." });
      await repo.expectReview(ref, review);
      await world.forge.addReview(ref, review, freely);
      await untilState({ forge: world.forge, ref }, "awaiting_approval", { requireApproval: true });
    },
  },

  {
    name: "people are asked for a review, and stay asked",
    needs: "reviewRequests",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await world.forge.requestReview(ref, ["ann"], freely);
      await world.forge.requestReview(ref, ["bob"], freely);
      await world.forge.requestReview(ref, ["bob"], freely);
      expect((await repo.seen(ref.number)).reviewers.toSorted()).toEqual(["ann", "bob"]);
    },
  },

  {
    name: "nobody can be asked who is not there",
    needs: "reviewRequests",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await expectScmError(world.forge.requestReview(ref, ["nobody-of-that-name"], freely), "invalid");
      expect((await repo.seen(ref.number)).reviewers).toEqual([]);
    },
  },

  {
    name: "threads are told with their place and words, answered and resolved",
    needs: "threads",
    async run(world) {
      const { ref, repo } = await openPull(world, { files: { "src/new.txt": "one\ntwo\nthree\n" } });
      const { forge } = world;
      await repo.requireThreads();
      expect(await forge.listThreads(ref, freely)).toEqual([]);
      await repo.openThread(ref.number, { by: "ann", body: "Why two?", file: "src/new.txt", line: 2 });
      await repo.openThread(ref.number, { by: "bob", body: "Why three?", file: "src/new.txt", line: 3 });
      const threads = await forge.listThreads(ref, freely);
      expect(threads).toMatchObject([
        {
          resolved: false,
          outdated: false,
          file: "src/new.txt",
          line: 2,
          comments: [{ bot: false, body: "Why two?" }],
        },
        {
          resolved: false,
          outdated: false,
          file: "src/new.txt",
          line: 3,
          comments: [{ bot: false, body: "Why three?" }],
        },
      ]);
      expect(threads.map((thread) => thread.comments[0]?.author)).toEqual(["ann", "bob"]);
      expect(threads[0]?.comments[0]?.url).toMatch(/^https?:/);
      const id = threads[0]?.id ?? "";
      await forge.replyThread(ref, id, "Because of three.", freely);
      await forge.resolveThread(ref, id, freely);
      await forge.resolveThread(ref, id, freely);
      const [first, second] = await forge.listThreads(ref, freely);
      expect(first).toMatchObject({ resolved: true, comments: [{ body: "Why two?" }, { body: "Because of three." }] });
      expect(second).toMatchObject({ resolved: false });
      const { snapshot } = await untilState({ forge, ref }, "unresolved_threads");
      expect(snapshot.threads.unresolved).toBe(1);
    },
  },

  {
    name: "a thread that is not there is gone",
    needs: "threads",
    async run(world) {
      const { ref, repo } = await openPull(world);
      const { forge } = world;
      await repo.openThread(ref.number, { by: "ann", body: "Why?", file: "src/new.txt", line: 1 });
      const [thread] = await forge.listThreads(ref, freely);
      const id = (thread?.id ?? "").replaceAll(/[0-9a-zA-Z]/g, "0");
      await expectScmError(forge.replyThread(ref, id, "Because.", freely), "gone", "invalid");
      await expectScmError(forge.resolveThread(ref, id, freely), "gone", "invalid");
    },
  },

  {
    name: "where there are no threads, none are told",
    lacks: "threads",
    async run(world) {
      const { ref } = await openPull(world);
      expect(await world.forge.listThreads(ref, freely)).toEqual([]);
      await expectScmError(world.forge.resolveThread(ref, "1", freely), "gone", "invalid");
    },
  },
];

function reviewOn(commit: string, over: Partial<ReviewDraft>): ReviewDraft {
  return { id: newId(), reviewer: "agent:refinery", verdict: "comment", body: "", commit, ...over };
}
