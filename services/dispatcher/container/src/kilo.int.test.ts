import { scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kiloBinary } from "./test/kilo-binary.ts";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, startWorld, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });

describe.skipIf(kiloBinary === null)("kilo through the same adapter", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  const startKilo = (town: string, stallMs: number) =>
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
        stallMs,
        afterDoneMs: 10_000,
      },
    });

  test("a polecat's work is handed in", async () => {
    const town = await startKilo("alpha", longMs);
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

  test.each([
    ["gt-2", "broken-auth401", /^exited: model_failed: .*Incorrect API key/],
    ["gt-3", "broken-err500", /^exited: model_failed: /],
    ["gt-4", "broken-cut", /^exited: model_failed: /],
    ["gt-5", "broken-hang", /^exited: stalled/],
  ])("%s with %s ends in a report", async (agent, model, reason) => {
    const town = await startKilo(agent, model === "broken-hang" ? 5_000 : longMs);
    await town.start(polecatJob(agent, "", { model }));
    expect(await town.ended(agent)).toMatch(reason);
    expect(processesOf(town.home(agent))).toEqual([]);
  });
});
