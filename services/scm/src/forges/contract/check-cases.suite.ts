import { expect } from "vitest";
import type { ContractCase } from "./contract-world.ts";
import { untilState } from "./judge.suite.ts";
import { freely, openPull } from "./open-pull.ts";

/** Logs of checks that failed, and what we say of a head ourselves. */
export const checkCases: readonly ContractCase[] = [
  {
    name: "checks that failed are told with the end of their log",
    async run(world) {
      const { ref, repo } = await openPull(world);
      await repo.requireCheck();
      expect(await world.forge.listFailedChecks(ref, freely)).toEqual([]);
      const lines = Array.from({ length: 500 }, (_, i) => `line ${i + 1}`);
      const log = `${lines.join("\n")}\nAssertionError: 1 is not 2\n`;
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "red", log });
      const failed = await world.forge.listFailedChecks(ref, freely);
      expect(failed).toMatchObject([{ id: expect.stringMatching(/./), name: repo.requiredCheck }]);
      expect(failed[0]?.log).toContain("AssertionError: 1 is not 2");
      expect(failed[0]?.log.split("\n").length).toBeLessThanOrEqual(203);
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "green" });
      expect(await world.forge.listFailedChecks(ref, freely)).toEqual([]);
    },
  },

  {
    name: "our own status is shown, replaced by the next, and waits for nothing",
    needs: "reportStatus",
    async run(world) {
      const { ref, repo, head } = await openPull(world);
      const { forge } = world;
      await repo.requireCheck();
      await repo.setCheck(ref.number, { name: repo.requiredCheck, required: true, state: "green" });
      const before = await untilState({ forge, ref }, "ready");
      for (const state of ["failure", "success", "pending"] as const) {
        const title = `It is a ${state}`;
        await forge.reportStatus(ref, { head, state, title, summary: "Ann has to look." }, freely);
        await forge.reportStatus(ref, { head, state, title, summary: "Ann has to look." }, freely);
        const texts = (await repo.seen(ref.number)).texts.join("\n");
        expect(texts.match(/It is a \w+/g)).toEqual([title]);
        const after = await untilState({ forge, ref }, "ready");
        expect(after.snapshot.checks).toEqual(before.snapshot.checks);
      }
    },
  },
  {
    name: "our own status does not stand for the check that is required",
    needs: "reportStatus",
    async run(world, able) {
      const { ref, repo, head } = await openPull(world);
      await repo.requireCheck();
      const { forge } = world;
      await forge.reportStatus(ref, { head, state: "success", title: "Fine", summary: "" }, freely);
      const { snapshot } = await untilState({ forge, ref }, "checks_pending");
      expect(snapshot.checks.required.missing).toHaveLength(1);
      expect(
        (await forge.merge({ pull: ref, expectedHead: head, method: "merge", title: "", body: "" }, freely)).outcome,
      ).toBe(able.rules ? "refused" : "merged");
    },
  },
];
