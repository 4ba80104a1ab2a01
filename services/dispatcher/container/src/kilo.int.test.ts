import { scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kiloBinary } from "./test/kilo-binary.ts";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, startWorld, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });

// What is peculiar to kilo is in the suite of the port (runtime/opencode-http/kilo-http.int.test.ts); each start here costs 15 s of
// processor time.
describe.skipIf(kiloBinary === null)(
  "kilo in a container host (npm ci --prefix services/dispatcher/container/programs installs it)",
  () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld();
    });
    afterAll(() => world.close());
    const startKilo = (town: string) =>
      world.startContainer(town, {
        agentRuntime: "kilo",
        ...(kiloBinary !== null && { agentBin: kiloBinary }),
        limits: {
          startMs: longMs,
          gitMs: longMs,
          deafMs: longMs,
          lookMs: 500,
          modelRetries: 1,
          reminders: 1,
          stallMs: longMs,
          turnMs: 10 * longMs,
          afterDoneMs: 10_000,
        },
      });

    test("a polecat's work is handed in", async () => {
      const town = await startKilo("alpha");
      const commit = bash("env; echo two > b.txt && git add -A && git commit -qm 'Write b.txt'");
      const job = polecatJob(
        "gt-1",
        scriptText([commit, { tool: "gt_done", args: { summary: "Wrote b." } }, { text: "Done." }]),
      );
      await town.start(job);
      expect(await town.ended("gt-1")).toBe("exited: done");
      expect(world.forge.git("app", "log", "-1", "--format=%s", job.branch)).toBe("Write b.txt");
      expect(processesOf(town.home("gt-1"))).toEqual([]);
    });
  },
);
