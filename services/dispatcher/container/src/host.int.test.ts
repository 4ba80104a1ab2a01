import { readOutput } from "@gastown/bus";
import type { containerHeartbeat, DataOf } from "@gastown/contracts";
import { registerTelemetry, span } from "@gastown/telemetry";
import { eventually, scriptText, startOtlpReceiver } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { polecatJob } from "./test/polecat-job.ts";
import {
  bash,
  environmentOf,
  isAsleep,
  longMs,
  processesWith,
  secrets,
  startWorld,
  type Container,
} from "./test/world.ts";
import type { World } from "./test/world.ts";

// Each agent is a real agent server: seconds of processor time. Two at a time are tested, one waits for a silent model.
type Beat = DataOf<typeof containerHeartbeat>;
vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });
let world: World;
let town: Container;
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
/** Its model never answers. */
let patient: Container;

beforeAll(async () => {
  world = await startWorld();
  receiver = await startOtlpReceiver();
  registerTelemetry({ service: "test", endpoint: receiver.url });
  let refusals = 1;
  world.refuse = (c) =>
    c.type === "town.agent.done" && c.actor === "agent:gt-1" && refusals-- > 0
      ? { code: "wrong_state", message: "not now" }
      : null;
  const limits = { startMs: longMs, gitMs: longMs, deafMs: longMs, lookMs: 500, modelRetries: 1, reminders: 1 };
  const own = { ...limits, stallMs: longMs, afterDoneMs: 10_000 };
  town = await world.startContainer("alpha", { otlpEndpoint: receiver.url, limits: own });
  patient = await world.startContainer("gamma", { limits: { ...own, stallMs: 5_000 } });
  await patient.start(polecatJob("gt-5", "", { model: "broken-hang" }));
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

const look = "env; tr '\\0' '\\n' < /proc/$PPID/environ; cat ~/.gastown/* ~/config/opencode/*; git config --list";
const write = (file: string) => bash(`echo two > ${file} && git add -A && git commit -qm "Write ${file}"`);
const toldTo = (agent: string) => (world.requestsOf(agent).at(-1)?.messages ?? []).map((m) => m.text).join("\n");

describe.concurrent("work", () => {
  test("a polecat's work is committed, pushed by gt_done and handed in under its own identity", async () => {
    const job = polecatJob(
      "gt-1",
      scriptText([
        { tool: "gt_done", args: { summary: "Too early." } },
        bash(look),
        write("b.txt"),
        { tool: "gt_done", args: { summary: "Wrote b." } },
        { tool: "gt_done", args: { summary: "Wrote b." } },
        { text: "Done." },
      ]),
    );
    const asked = await span("dispatch", {}, async (dispatch) => {
      expect(await town.start(job)).toEqual({ accepted: true, reason: null });
      return dispatch.carrier();
    });
    expect(await town.start(job)).toEqual({ accepted: true, reason: null });
    expect(await town.ended("gt-1")).toBe("exited: done");
    expect(town.reports("gt-1")).toEqual(["running: ", "exited: done"]);
    expect(processesWith(environmentOf("gt-1"))).toEqual([]);

    const head = world.forge.git("app", "rev-parse", job.branch);
    const told = world.commands.filter((c) => c.type === "town.agent.done" && c.actor === "agent:gt-1");
    const data = { agent: "gt-1", generation: 1, bead: "gt-10", branch: job.branch, head };
    expect(told.map((c) => c.data)).toEqual([
      { ...data, outcome: "completed", summary: "Wrote b." },
      { ...data, outcome: "completed", summary: "Wrote b." },
    ]);
    expect(world.forge.git("app", "log", "-1", "--format=%s %an <%ae>", job.branch)).toBe(
      "Write b.txt Toast <toast-gt-1@gastown.local>",
    );
    expect(world.forge.git("app", "log", "--format=%s", "main")).toBe("First");
    expect(toldTo("gt-1")).toMatch(/no commit that main does not have[^]*Refused \(wrong_state\): not now[^]*Accepted/);

    const traceId = asked.traceparent?.split("-")[1];
    expect(told[0]?.traceparent?.split("-")[1]).toBe(traceId);
    const spans = await eventually(() => {
      const own = receiver.spans().filter((s) => s.traceId === traceId && s.service === "container");
      return own.some((s) => s.name === "agent.end") ? own : Promise.reject(new Error("not yet"));
    });
    const start = spans.find((s) => s.name === "agent.start");
    const phases = spans.filter((s) => s.parentSpanId === start?.spanId).map((s) => s.name);
    for (const phase of ["clone", "worktree", "server", "prompt"]) expect(phases).toContain(`agent.start ${phase}`);
    expect(phases).toContain("agent.tool gt_done");

    const lines = await readOutput(world.bus, { town: "alpha", agent: "gt-1", last: 100 });
    const output = lines.map((line) => line.text).join("\n");
    expect(output).toMatch(/starting on gt-10[^]*bash: [^]*gt_done completed[^]*Done\.[^]*ended: done/);
    const beats = world.commands.filter((c) => c.type === "dispatcher.container.heartbeat").map((c) => c.data as Beat);
    const last = beats.flatMap((b) => b.agents).findLast((a) => a.agent === "gt-1");
    expect(beats[0]?.container).toMatch(/^(alpha|gamma)-1$/);
    expect(last?.inputTokens).toBeGreaterThan(0);
    expect(last?.activeAt).not.toBeNull();
  });

  test("an agent that forgets gt_done is reminded once and then given up", async () => {
    await town.start(polecatJob("gt-6", scriptText([{ text: "I am finished." }])));
    expect(await town.ended("gt-6")).toMatch(/^exited: no_result/);
    expect(toldTo("gt-6").match(/You have not called gt_done/g)).toHaveLength(1);
  });
});

test("no secret of the host is within an agent's reach", () => {
  const seen = toldTo("gt-1");
  for (const own of ["GASTOWN_AGENT=gt-1", "OPENCODE_CONFIG_CONTENT=", '"token"', "[credential]"])
    expect(seen).toContain(own);
  for (const secret of [secrets.modelKey, secrets.natsPassword, world.forge.password])
    expect(seen).not.toContain(secret);
  expect(new Set(world.model.requests.map((r) => r.authorization))).toEqual(new Set([`Bearer ${secrets.modelKey}`]));
});

describe.concurrent("ends", () => {
  test("a killed agent server is told as crashed, nothing of it lives on and its work is saved", async () => {
    await town.start(polecatJob("gt-2", scriptText([bash("echo half > draft.txt; sleep 1234"), { text: "Done." }])));
    await eventually(() => isAsleep("gt-2", 1234), { timeoutMs: longMs });
    const server = processesWith(environmentOf("gt-2")).find((p) => p.command.includes("opencode serve"));
    process.kill(server?.pid ?? Number.NaN, "SIGKILL");
    expect(await town.ended("gt-2")).toMatch(/^exited: crashed: .*SIGKILL/);
    expect(processesWith(environmentOf("gt-2"))).toEqual([]);
    const saved = world.forge.git("app", "log", "-1", "--format=%s", "gt/toast/gt-20");
    expect(saved).toBe("WIP: saved by gastown (crashed)");
  });

  test("a refinery judges the commit it was given and is offered no tool that edits", async () => {
    const head = world.forge.git("app", "rev-parse", "main");
    const judge = { tool: "gt_done", args: { outcome: "approved", summary: "Good." } };
    const steps = [bash("git rev-parse HEAD; git status --short --branch"), judge, { text: "Done." }];
    const source = { bead: "gt-90", title: "Write b", body: scriptText(steps, "refinery") };
    const review = { pull: 1, url: "http://127.0.0.1/1", head, source };
    await town.start(polecatJob("gt-7", "", { role: "refinery", name: "Refinery", review }));
    expect(await town.ended("gt-7")).toBe("exited: done");
    const tools = world
      .requestsOf("gt-7")
      .at(-1)
      ?.tools.map((t) => t.name);
    expect(tools).toContain("gt_done");
    for (const editing of ["edit", "write"]) expect(tools).not.toContain(editing);
    expect(toldTo("gt-7")).toContain(`${head}\n## HEAD (no branch)`);
    const told = world.commands.find((c) => c.actor === "agent:gt-7");
    expect(told?.data).toMatchObject({ outcome: "approved", head, summary: "Good." });
  });
});

describe.concurrent("a model that fails ends in a report", () => {
  test.each([
    ["gt-3", "broken-auth401", /^exited: model_failed: .*Incorrect API key/],
    ["gt-4", "broken-err500", /^exited: model_failed: /],
  ])("%s with %s", async (agent, model, reason) => {
    await town.start(polecatJob(agent, "", { model }));
    expect(await town.ended(agent)).toMatch(reason);
    expect(processesWith(environmentOf(agent))).toEqual([]);
  });

  test("a model that never answers", async () => {
    expect(await patient.ended("gt-5")).toBe("exited: stalled: no sign of work for 5 s");
    expect(processesWith(environmentOf("gt-5"))).toEqual([]);
  });
});
