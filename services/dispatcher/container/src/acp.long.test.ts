import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, startWorld, type Container, type World } from "./test/world.ts";

// Another agent program in a container host: a real one, over ACP. What holds for every program is in the suite of the port.
vi.setConfig({ testTimeout: 4 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;
let town: Container;

beforeAll(async () => {
  world = await startWorld();
  town = await world.startContainer("alpha", {
    agentRuntime: "acp",
    acp: { command: ["opencode", "acp"], profile: "opencode" },
  });
});
afterAll(() => world.close());

const modelsOf = (agent: string) => world.requestsOf(agent).map(({ model }) => model);
const texts = (agent: string) => (world.requestsOf(agent).at(-1)?.messages ?? []).map((m) => m.text);
const userTexts = (agent: string) =>
  (world.requestsOf(agent).at(-1)?.messages ?? []).filter((m) => m.role === "user").map((m) => m.text);
const say = (agent: string, nudge: string, text: string) =>
  town.nudge(agent, nudge, { message: scriptText([{ text }]), mode: "wait-idle" });

describe.concurrent("a program that speaks ACP", () => {
  test("a polecat takes its bead, edits, commits and hands in by the tool it reaches over MCP", async () => {
    const edit = { tool: "write", args: { filePath: `${town.stateDir}/worktrees/gt-1/gt-10/b.txt`, content: "two\n" } };
    const commit = bash("git add -A && git commit -qm 'Write b.txt'");
    const done = { tool: "gt_done", args: { summary: "Wrote b." } };
    const job = polecatJob("gt-1", scriptText([edit, commit, done, { text: "Done." }]));
    expect(await town.start(job)).toEqual({ accepted: true, reason: null });
    expect(await town.ended("gt-1")).toBe("exited: done");
    expect(town.reports("gt-1")).toEqual(["running: ", "exited: done"]);

    const head = world.forge.git("app", "rev-parse", job.branch);
    const told = world.commands.filter((c) => c.type === "town.agent.done" && c.actor === "agent:gt-1");
    expect(told.map((c) => c.data)).toEqual([
      {
        agent: "gt-1",
        generation: 1,
        bead: "gt-10",
        branch: job.branch,
        head,
        outcome: "completed",
        summary: "Wrote b.",
      },
    ]);
    expect(world.forge.git("app", "show", `${job.branch}:b.txt`)).toBe("two");
    expect(world.forge.git("app", "log", "-1", "--format=%s %an <%ae>", job.branch)).toBe(
      "Write b.txt Toast <toast-gt-1@gastown.local>",
    );
    expect(texts("gt-1").join("\n")).toContain("Accepted");
    expect(processesOf(town.home("gt-1"))).toEqual([]);
  });

  test("a mayor's model is changed, and what is said to it next is heard by the new one", async () => {
    await town.start(mayorJob("gt-2", scriptText([{ text: "Ready." }])));
    await eventually(() => expect(modelsOf("gt-2")).toEqual(["scripted"]), patiently);
    await town.wishModel("gt-2", "scripted-2");
    await eventually(
      () => expect(town.models("gt-2")).toMatchObject([{ model: "scripted-2", failure: null }]),
      patiently,
    );
    await say("gt-2", "n-1", "Here I am.");
    await eventually(() => expect(modelsOf("gt-2")).toEqual(["scripted", "scripted-2"]), patiently);
    expect(userTexts("gt-2")).toHaveLength(2);
  });
});

test("a model that its provider refuses: it goes back, and is told its message again", async () => {
  await town.wishModel("gt-2", "no-unknown404");
  await eventually(() => expect(town.models("gt-2").at(-1)).toMatchObject({ model: "no-unknown404" }), patiently);
  await say("gt-2", "n-2", "Still here.");
  await eventually(() => expect(modelsOf("gt-2").slice(2)).toEqual(["no-unknown404", "scripted-2"]), patiently);
  expect(town.models("gt-2").at(-1)).toMatchObject({
    wished: "no-unknown404",
    before: "scripted-2",
    model: "scripted-2",
    failure: expect.stringMatching(/^its provider refuses it \(HTTP 404\): /),
  });
  // The protocol has no way to ask a turn again: the transcript has the message twice.
  const [, , ...refused] = userTexts("gt-2");
  expect(refused.map((text) => text.includes('<message id="n-2">'))).toEqual([true, true]);
});
