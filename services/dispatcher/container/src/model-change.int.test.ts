import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataOf, reportContainerAgent } from "@gastown/contracts";
import { eventually, scriptText } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { agentBinary } from "./runtime/opencode-http/agent-binary.ts";
import { flavours } from "./runtime/opencode-http/flavours.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, longMs, processesOf, secrets, startWorld, type Container, type World } from "./test/world.ts";

// Three servers of one agent, one after the other, on a machine that is busy with others.
vi.setConfig({ testTimeout: 2 * longMs, hookTimeout: longMs });
const patiently = { timeoutMs: longMs };
let world: World;
let town: Container;
/** While this file is there, no agent server comes up. */
let broken: string;

beforeAll(async () => {
  world = await startWorld();
  const bin = join(world.folder, "agent.sh");
  broken = join(world.folder, "broken");
  const real = agentBinary(flavours.opencode);
  writeFileSync(bin, `#!/bin/sh\n[ -e '${broken}' ] && { echo "no room"; exit 3; }\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  town = await world.startContainer("alpha", { agentBin: bin });
});
afterAll(() => world.close());

const isFailureOf = (agent: string) => (report: DataOf<typeof reportContainerAgent>) =>
  report.agent === agent && report.state === "failed";
const modelsOf = (agent: string) => world.requestsOf(agent).map(({ model }) => model);
const userTexts = (agent: string) =>
  (world.requestsOf(agent).at(-1)?.messages ?? []).filter((m) => m.role === "user").map((m) => m.text);
const serversOf = (agent: string) => processesOf(town.home(agent)).filter((p) => p.command.includes(" serve "));
const say = (agent: string, nudge: string, message: string) => town.nudge(agent, nudge, { message, mode: "wait-idle" });

describe.concurrent("another model", () => {
  test("a mayor's next turn has it; nothing is said for it, and its start-up prompt was said once", async () => {
    await town.start(mayorJob("gt-1", scriptText([{ text: "Ready." }])));
    await eventually(() => expect(world.requestsOf("gt-1")).toHaveLength(1), patiently);
    expect(await town.wishModel("gt-1", "scripted-2")).toEqual({ accepted: true, reason: null });
    await eventually(() => expect(town.models("gt-1")).toHaveLength(1), patiently);
    expect(town.models("gt-1")).toMatchObject([
      {
        generation: 1,
        wished: "scripted-2",
        before: "scripted",
        model: "scripted-2",
        failure: null,
        container: "alpha-1",
      },
    ]);
    expect(modelsOf("gt-1")).toEqual(["scripted"]);
    await eventually(() => expect(serversOf("gt-1")).toHaveLength(1), patiently);

    await say("gt-1", "n-1", scriptText([{ text: "Here I am." }]));
    await eventually(() => expect(modelsOf("gt-1")).toEqual(["scripted", "scripted-2"]), patiently);
    const [prompt, message, ...more] = userTexts("gt-1");
    expect(prompt).toContain("You are on duty as gt-1: ");
    expect(message).toContain("A message came for you");
    expect(more).toEqual([]);
    expect(
      world
        .requestsOf("gt-1")
        .at(-1)
        ?.messages.map((m) => m.text)
        .join("\n"),
    ).toContain("Ready.");

    expect(await town.wishModel("gt-1", "scripted-2")).toEqual({ accepted: true, reason: null });
    await eventually(() => expect(town.models("gt-1")).toHaveLength(2), patiently);
    expect(town.models("gt-1")[1]).toMatchObject({ before: "scripted-2", model: "scripted-2", failure: null });
    expect(town.reports("gt-1")).toEqual(["running: "]);
  });

  test("a worker has it from its next turn on, and the one before again when its provider refuses it", async () => {
    const waits = bash("for i in $(seq 900); do [ -f go ] && break; sleep 0.1; done");
    await town.start(polecatJob("gt-2", scriptText([waits, { text: "I stop here." }])));
    await eventually(() => expect(world.requestsOf("gt-2")).toHaveLength(1), patiently);
    await town.wishModel("gt-2", "no-unknown404");
    expect(town.models("gt-2")).toEqual([]);
    writeFileSync(join(town.stateDir, "worktrees/gt-2/gt-20/go"), "");
    await eventually(() => expect(town.models("gt-2")).toHaveLength(2), patiently);
    expect(await town.ended("gt-2")).toMatch(/^exited: no_result/);
    expect(modelsOf("gt-2")).toEqual(["scripted", "scripted", "no-unknown404", "scripted"]);
    const reminders = userTexts("gt-2").filter((text) => text.includes("You have not called gt_done"));
    expect(reminders).toHaveLength(1);
    expect(town.models("gt-2")).toMatchObject([
      { before: "scripted", model: "no-unknown404", failure: null },
      { wished: "no-unknown404", before: "scripted", model: "scripted", failure: expect.stringMatching(/HTTP 404/) },
    ]);
    expect(processesOf(town.home("gt-2"))).toEqual([]);
  });
});

test("a new key for the model service restarts nobody, and counts from the next call on", async () => {
  const before = await eventually(() => (serversOf("gt-1").length === 1 ? serversOf("gt-1") : null), patiently);
  expect(await town.changeKey("sk-newer")).toEqual({ accepted: true });
  await say("gt-1", "n-2", scriptText([{ text: "Yes?" }]));
  await eventually(() => expect(world.requestsOf("gt-1")).toHaveLength(3), patiently);
  expect(world.requestsOf("gt-1").map((r) => r.authorization)).toEqual([
    `Bearer ${secrets.modelKey}`,
    `Bearer ${secrets.modelKey}`,
    "Bearer sk-newer",
  ]);
  expect(serversOf("gt-1")).toEqual(before);
});

test("when it cannot be had the agent goes on with the old one, and why is told with what is in effect", async () => {
  await town.start(mayorJob("gt-3", scriptText([{ text: "Ready." }])));
  await eventually(() => expect(world.requestsOf("gt-3")).toHaveLength(1), patiently);
  const [before] = serversOf("gt-3");
  writeFileSync(broken, "");
  await town.wishModel("gt-3", "scripted-2");
  await eventually(() => expect(town.models("gt-3")).toHaveLength(1), patiently);
  expect(town.models("gt-3")).toMatchObject([
    { wished: "scripted-2", before: "scripted", model: "scripted", failure: expect.stringContaining("no room") },
  ]);
  expect(serversOf("gt-3")).toEqual([before]);
  await say("gt-3", "n-1", scriptText([{ text: "Still here." }]));
  await eventually(() => expect(modelsOf("gt-3")).toEqual(["scripted", "scripted"]), patiently);
  expect(userTexts("gt-3")).toHaveLength(2);

  await town.start(mayorJob("gt-4", ""));
  await town.wishModel("gt-4", "scripted-2");
  expect(await town.ended("gt-4")).toMatch(/^failed: .*no room/);
  const failed = world.commands.map((c) => c.data as DataOf<typeof reportContainerAgent>).find(isFailureOf("gt-4"));
  expect(failed?.start).toMatchObject({ failure: { phase: "sdk_ready", kind: "crashed" } });
  await eventually(
    () => expect(town.models("gt-4")).toMatchObject([{ model: null, failure: expect.any(String) }]),
    patiently,
  );
});
