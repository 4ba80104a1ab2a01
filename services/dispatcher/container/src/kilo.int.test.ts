import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutput } from "@gastown/bus";
import { eventually, scriptText, startScriptedModel, type ScriptedModel } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kiloBinary } from "./test/kilo-binary.ts";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, startWorld, type Container, type World } from "./test/world.ts";

vi.setConfig({ testTimeout: 2 * longMs, hookTimeout: longMs });

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
    const startKilo = (town: string, agentBin: string | null = kiloBinary) =>
      world.startContainer(town, {
        agentRuntime: "kilo",
        ...(agentBin !== null && { agentBin }),
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

    /** Kilo that asks this model itself: from the host's model service it always has an answer, and it never says `offline`. */
    function kiloAt(url: string): string {
      const bin = join(world.folder, "kilo.sh");
      const config = `printf %s "$KILO_CONFIG_CONTENT" | sed 's#http://127.0.0.1:[0-9]*/model/v1#${url}#'`;
      const lines = ["#!/bin/sh", `KILO_CONFIG_CONTENT=$(${config})`, "export KILO_CONFIG_CONTENT"];
      writeFileSync(bin, [...lines, `exec '${kiloBinary}' "$@"`, ""].join("\n"), { mode: 0o755 });
      return bin;
    }
    const outputOf = async (agent: string) =>
      (await readOutput(world.bus, { town: "beta", agent, last: 100 })).map((line) => line.text).join("\n");

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

    describe("is cut off from its model", () => {
      let model: ScriptedModel;
      let town: Container;
      let port: number;
      beforeAll(async () => {
        model = await startScriptedModel();
        port = Number(new URL(model.url).port);
        town = await startKilo("beta", kiloAt(model.url));
      });
      afterAll(() => model.close());

      const patiently = { timeoutMs: longMs };
      const work = [
        bash("for i in $(seq 900); do [ -f ~/go ] && break; sleep 0.1; done; echo two > c.txt; git add -A"),
        bash("git commit -qm 'Write c.txt'"),
        { tool: "gt_done", args: { summary: "Wrote c." } },
        { text: "Done." },
      ];
      /** Its model is gone in the middle of its turn, and it says that it is offline. */
      async function cutOff(agent: string): Promise<void> {
        const before = model.requests.filter(({ tools }) => tools.length > 0).length;
        await town.start(polecatJob(agent, scriptText(work)));
        const asked = () => model.requests.filter(({ tools }) => tools.length > 0).length;
        await eventually(() => expect(asked()).toBeGreaterThan(before), patiently);
        await eventually(
          () => expect(processesOf(town.home(agent)).some((p) => p.command.startsWith("sleep"))).toBe(true),
          patiently,
        );
        await model.close();
        writeFileSync(join(town.home(agent), "go"), "");
        await eventually(async () => expect(await outputOf(agent)).toContain("it cannot reach its model"), patiently);
      }

      test("it is told to try again, and its work is handed in when the model is back", async () => {
        await cutOff("gt-2");
        model = await startScriptedModel({ port });
        expect(await town.ended("gt-2")).toBe("exited: done");
        await eventually(async () => expect(await outputOf("gt-2")).toContain("it reaches its model again"), patiently);
        expect(world.forge.git("app", "log", "-1", "--format=%s", "gt/toast/gt-20")).toBe("Write c.txt");
      });

      test("it is given up when the model stays away, its work is saved and nothing of it is left", async () => {
        await cutOff("gt-3");
        expect(await town.ended("gt-3")).toMatch(/^exited: model_failed: /);
        expect(world.forge.git("app", "log", "-1", "--format=%s", "gt/toast/gt-30")).toBe(
          "WIP: saved by gastown (model_failed)",
        );
        expect(processesOf(town.home("gt-3"))).toEqual([]);
      });
    });
  },
);
