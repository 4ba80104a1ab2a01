import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutput } from "@gastown/bus";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, startWorld, type Container, type World } from "./test/world.ts";

// A model that only its provider refuses: the agent server takes it, and the first turn on it fails (docs/decisions/0015).
vi.setConfig({ testTimeout: 4 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;
let town: Container;

beforeAll(async () => {
  world = await startWorld();
  town = await world.startContainer("alpha");
});
afterAll(() => world.close());

const modelsOf = (agent: string) => world.requestsOf(agent).map(({ model }) => model);
const userTexts = (agent: string) =>
  (world.requestsOf(agent).at(-1)?.messages ?? []).filter((m) => m.role === "user").map((m) => m.text);
const told = (agent: string) => town.models(agent).map(({ wished, model, failure }) => ({ wished, model, failure }));
const refused = {
  wished: "no-unknown404",
  model: "scripted",
  failure: expect.stringMatching(/^its provider refuses it \(HTTP 404\): APIError: The model does not exist/),
};
const changed = { wished: "no-unknown404", model: "no-unknown404", failure: null };

describe.concurrent("a model that its provider refuses", () => {
  test("a mayor goes back to the one it had, answers what was said to it, and hears it once", async () => {
    await town.start(mayorJob("gt-1", scriptText([{ text: "Ready." }])));
    await eventually(() => expect(modelsOf("gt-1")).toEqual(["scripted"]), patiently);
    await town.wishModel("gt-1", "no-unknown404");
    await eventually(() => expect(told("gt-1")).toEqual([changed]), patiently);

    const said = { message: scriptText([{ text: "Here I am." }]), mode: "wait-idle" } as const;
    await town.nudge("gt-1", "n-1", said);
    await eventually(() => expect(modelsOf("gt-1")).toEqual(["scripted", "no-unknown404", "scripted"]), patiently);
    expect(told("gt-1")).toEqual([changed, refused]);
    const [prompt, message, ...more] = userTexts("gt-1");
    expect(prompt).toContain("You are on duty as gt-1: ");
    expect(message).toContain('<message id="n-1">');
    expect(more).toEqual([]);
    await eventually(async () => {
      const lines = await readOutput(world.bus, { town: "alpha", agent: "gt-1", last: 100 });
      const output = lines.map((line) => line.text).join("\n");
      expect(output).toMatch(/going back to scripted[^]*model stays scripted[^]*asked again[^]*Here I am\./);
    }, patiently);

    // What is said next is told to the model that works, and the transcript has one turn for each message.
    await town.nudge("gt-1", "n-2", { ...said, message: scriptText([{ text: "Still here." }]) });
    await eventually(() => expect(modelsOf("gt-1").slice(3)).toEqual(["scripted"]), patiently);
    expect(userTexts("gt-1")).toHaveLength(3);
    expect(town.reports("gt-1")).toEqual(["running: "]);
    await eventually(
      () => expect(processesOf(town.home("gt-1")).filter((p) => p.command.includes(" serve "))).toHaveLength(1),
      patiently,
    );
  });

  test("a worker that was given one in the middle of its work hands it in with the one it had", async () => {
    const waits = bash("for i in $(seq 900); do [ -f ~/go ] && break; sleep 0.1; done; echo two > b.txt");
    const commit = bash("git add -A && git commit -qm 'Write b.txt'");
    const job = polecatJob("gt-2", scriptText([waits, { text: "I stop here." }]));
    await town.start(job);
    await eventually(() => expect(world.requestsOf("gt-2")).toHaveLength(1), patiently);
    await town.wishModel("gt-2", "no-unknown404");
    const more = scriptText([commit, { tool: "gt_done", args: { summary: "Wrote b." } }, { text: "Done." }]);
    await town.nudge("gt-2", "n-1", { message: more, mode: "wait-idle" });
    writeFileSync(join(town.home("gt-2"), "go"), "");
    for (const outcomes of [1, 2]) await eventually(() => expect(told("gt-2")).toHaveLength(outcomes), patiently);
    expect(await town.ended("gt-2")).toBe("exited: done");
    expect(told("gt-2")).toEqual([changed, refused]);
    const models = modelsOf("gt-2");
    expect(models.filter((model) => model === "no-unknown404")).toHaveLength(1);
    expect(models.at(-1)).toBe("scripted");
    expect(userTexts("gt-2").filter((text) => text.includes('<message id="n-1">'))).toHaveLength(1);
    expect(world.forge.git("app", "log", "-1", "--format=%s", job.branch)).toBe("Write b.txt");
  });
});

test("a mayor that is started with one goes back to the one its session had", async () => {
  await town.stop("gt-1", 1);
  await town.ended("gt-1");
  const before = modelsOf("gt-1").length;
  await town.start(mayorJob("gt-1", "", { generation: 2, model: "no-unknown404" }));
  await eventually(() => expect(town.reports("gt-1", 2)).toEqual(["running: "]), patiently);
  await town.nudge("gt-1", "n-3", { message: scriptText([{ text: "Back." }]), mode: "wait-idle", generation: 2 });
  await eventually(() => expect(modelsOf("gt-1").slice(before)).toEqual(["no-unknown404", "scripted"]), patiently);
  expect(told("gt-1").at(-1)).toEqual(refused);
  expect(userTexts("gt-1").at(-1)).toContain('<message id="n-3">');
  expect(userTexts("gt-1")).toHaveLength(4);
});
