import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutput } from "@gastown/bus";
import type { containerHeartbeat, DataOf, reportContainerAgent } from "@gastown/contracts";
import { registerTelemetry, span, type Telemetry } from "@gastown/telemetry";
import { eventually, scriptText, startOtlpReceiver } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { polecatJob } from "./test/polecat-job.ts";
import { bash, isAsleep, longMs, processesOf, secrets, startWorld, type Container } from "./test/world.ts";
import type { World } from "./test/world.ts";

// Each agent is a real agent server: seconds of processor time. Two at a time are tested, one waits for a silent model.
// What is told over the bus, or written by another process, is waited for: it is there when that one got its turn.
const patiently = { timeoutMs: longMs };
type Beat = DataOf<typeof containerHeartbeat>;
vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });
let world: World;
let town: Container;
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let telemetry: Telemetry;
/** Its model never answers. */
let patient: Container;
/** A turn is given up early. */
let hasty: Container;

beforeAll(async () => {
  world = await startWorld();
  receiver = await startOtlpReceiver();
  telemetry = await registerTelemetry({ service: "test", endpoint: receiver.url });
  let refusals = 1;
  world.refuse = (c) =>
    c.type === "town.agent.done" && c.actor === "agent:gt-1" && refusals-- > 0
      ? { code: "wrong_state", message: "not now" }
      : null;
  const limits = { startMs: longMs, gitMs: longMs, deafMs: longMs, lookMs: 500, modelRetries: 1, reminders: 1 };
  // Last words may take their time on a machine that is busy.
  const own = { ...limits, stallMs: longMs, turnMs: 10 * longMs, afterDoneMs: longMs };
  town = await world.startContainer("alpha", { otlpEndpoint: receiver.url, limits: own });
  patient = await world.startContainer("gamma", { limits: { ...own, stallMs: 5_000 } });
  await patient.start(polecatJob("gt-5", "", { model: "broken-hang" }));
  hasty = await world.startContainer("delta", { limits: { ...own, turnMs: 5_000 } });
  await hasty.start(polecatJob("gt-12", scriptText(Array.from({ length: 1_000 }, () => bash("sleep 0.5")))));
});
afterAll(async () => {
  await world.close();
  await telemetry.shutdown();
  await receiver.close();
});

function isEndOf(agent: string, data: unknown): boolean {
  const report = data as DataOf<typeof reportContainerAgent>;
  return report.agent === agent && report.state !== "running";
}
const beatsOf = (agent: string) =>
  world.commands
    .filter((c) => c.type === "dispatcher.container.heartbeat")
    .flatMap((c) => (c.data as Beat).agents)
    .filter((beat) => beat.agent === agent);

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
    expect(processesOf(town.home("gt-1"))).toEqual([]);

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
    const measured = ["workspace", "db_hydrated", "sdk_ready", "session_created", "prompted"];
    await eventually(() => {
      const spans = receiver.spans().filter((s) => s.traceId === traceId && s.service === "container");
      const start = spans.find((s) => s.name === "agent.start");
      const phases = spans.filter((s) => s.parentSpanId === start?.spanId).map((s) => s.name);
      for (const phase of measured) expect(phases).toContain(`agent.start ${phase}`);
      for (const part of ["start clone", "start worktree", "end"])
        expect(spans.map((s) => s.name)).toContain(`agent.${part}`);
      expect(phases).toContain("agent.tool gt_done");
    }, patiently);

    await eventually(async () => {
      const lines = await readOutput(world.bus, { town: "alpha", agent: "gt-1", last: 100 });
      const output = lines.map((line) => line.text).join("\n");
      expect(output).toMatch(/starting on gt-10[^]*bash: [^]*gt_done completed[^]*Done\.[^]*ended: done/);
    }, patiently);

    // What it used stands before its end, in the order in which the dispatcher hears it.
    const heard = world.commands.filter((c) => c.townid === "alpha" && c.type.startsWith("dispatcher."));
    const end = heard.findIndex((c) => c.type === "dispatcher.agent.report" && isEndOf("gt-1", c.data));
    const last = heard
      .slice(0, end)
      .flatMap((c) => (c.type === "dispatcher.container.heartbeat" ? (c.data as Beat).agents : []))
      .findLast((a) => a.agent === "gt-1");
    const counted = world.requestsOf("gt-1").length;
    expect(last?.inputTokens).toBeGreaterThan(counted * 1_000);
    expect(last?.activeAt).not.toBeNull();
    expect(last?.busy).toBe(false);
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

describe.concurrent("is spoken to", () => {
  test("an agent hears what is said at once in its turn, and the rest when that ends, each once; then it goes on", async () => {
    const waits = bash("echo token=$API_TOKEN; for i in $(seq 600); do [ -f go ] && break; sleep 0.1; done");
    const steps = [waits, { text: "I wait for word." }];
    const job = polecatJob("gt-8", scriptText(steps), { instructions: ["Use British spelling."] });
    await town.start(job, { API_TOKEN: "t0ken-of-gt-8", PATH: "/nowhere" });
    await eventually(() => expect(beatsOf("gt-8").at(-1)?.busy).toBe(true), patiently);

    const more = scriptText([write("c.txt"), { tool: "gt_done", args: { summary: "Wrote c." } }, { text: "Done." }]);
    const later = { message: `Now this: ${more}`, mode: "wait-idle" } as const;
    const kept = { accepted: true, given: false, reason: null };
    expect(await town.nudge("gt-8", "n-2", later)).toEqual(kept);
    const soon = { message: "Mind the gap.", mode: "immediate" } as const;
    const given = { accepted: true, given: true, reason: null };
    await eventually(async () => expect(await town.nudge("gt-8", "n-1", soon)).toEqual(given), patiently);
    expect(await town.nudge("gt-8", "n-1", soon)).toEqual(given);
    expect(await town.nudge("gt-8", "n-2", later)).toEqual(kept);
    writeFileSync(join(town.stateDir, "worktrees/gt-8/gt-80/go"), "");

    expect(await town.ended("gt-8")).toBe("exited: done");
    expect(world.forge.git("app", "log", "-1", "--format=%s", job.branch)).toBe("Write c.txt");
    const heard = toldTo("gt-8");
    expect(heard).toContain("token=t0ken-of-gt-8");
    expect(heard).toContain("Use British spelling.");
    expect(heard.match(/Mind the gap\./g)).toHaveLength(1);
    expect(heard.match(/Now this: /g)).toHaveLength(1);
    expect(heard.indexOf("Mind the gap.")).toBeLessThan(heard.indexOf("Now this: "));
    expect(heard).not.toContain("You have not called gt_done");
    expect(await town.nudge("gt-8", "n-3", soon)).toMatchObject({ accepted: false, given: false });
    expect(town.log()).not.toContain("t0ken-of-gt-8");
  });

  test("triage is answered request by request, in no repository", async () => {
    const answers = [
      bash("pwd; git rev-parse --is-inside-work-tree"),
      { tool: "gt_triage_resolve", args: { bead: "gt-50", action: "RESTART", notes: "It hangs." } },
      { tool: "gt_done", args: { summary: "Answered." } },
      { text: "Done." },
    ];
    await town.start(polecatJob("gt-9", scriptText(answers), { kind: "triage-batch" }));
    expect(await town.ended("gt-9")).toBe("exited: done");
    expect(toldTo("gt-9")).toContain("not a git repository");
    expect(world.commands.filter((c) => c.actor === "agent:gt-9").map((c) => [c.type, c.data])).toMatchObject([
      ["town.triage.resolve", { bead: "gt-50", action: "RESTART", notes: "It hangs." }],
      ["town.agent.done", { outcome: "completed", summary: "Answered." }],
    ]);
  });
});

/** An agent program that is told, behind the host's back, to ask people. */
function makeAsking(home: string): void {
  const folder = join(home, "config", "opencode");
  mkdirSync(folder, { recursive: true });
  const permission = { bash: "ask", question: "allow" };
  writeFileSync(join(folder, "opencode.json"), JSON.stringify({ agent: { build: { permission } } }));
}

describe.concurrent("ends", () => {
  test("a permission that is asked for is given, a question is turned down, and the agent goes on", async () => {
    makeAsking(town.home("gt-11"));
    const options = ["Yes", "No"].map((label) => ({ label, description: label }));
    const questions = [{ question: "Shall I?", header: "Shall I", options }];
    const steps = [{ tool: "question", args: { questions } }, write("d.txt"), { text: "I wrote it." }];
    const done = { tool: "gt_done", args: { summary: "Wrote d." } };
    await town.start(polecatJob("gt-11", scriptText([...steps.slice(0, 2), done, ...steps.slice(2)])));
    expect(await town.ended("gt-11")).toBe("exited: done");
    expect(world.forge.git("app", "log", "-1", "--format=%s", "gt/toast/gt-110")).toBe("Write d.txt");
    expect(toldTo("gt-11")).toMatch(/dismissed|rejected/i);
  });

  test("an agent whose turn never ends is given up, however busy it looks", async () => {
    expect(await hasty.ended("gt-12")).toBe("exited: endless: a turn of more than 5 s");
    expect(processesOf(hasty.home("gt-12"))).toEqual([]);
  });

  test("a killed agent server is told as crashed, nothing of it lives on and its work is saved", async () => {
    await town.start(polecatJob("gt-2", scriptText([bash("echo half > draft.txt; sleep 1234"), { text: "Done." }])));
    await eventually(() => isAsleep(town.home("gt-2"), 1234), patiently);
    const server = processesOf(town.home("gt-2")).find((p) => p.command.includes("opencode serve"));
    process.kill(server?.pid ?? Number.NaN, "SIGKILL");
    expect(await town.ended("gt-2")).toMatch(/^exited: crashed: .*SIGKILL/);
    expect(processesOf(town.home("gt-2"))).toEqual([]);
    const saved = world.forge.git("app", "log", "-1", "--format=%s", "gt/toast/gt-20");
    expect(saved).toBe("WIP: saved by gastown (crashed)");
  });

  test("a refinery judges the commit it was given and is offered no tool that edits", async () => {
    const head = world.forge.git("app", "rev-parse", "main");
    const judge = { tool: "gt_done", args: { outcome: "approved", summary: "Good." } };
    const steps = [bash("git rev-parse HEAD; git status --short --branch"), judge, { text: "Done." }];
    const source = { bead: "gt-771", title: "Write b", body: scriptText(steps, "refinery") };
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
    expect(processesOf(town.home(agent))).toEqual([]);
  });

  test("a model that never answers", async () => {
    expect(await patient.ended("gt-5")).toBe("exited: stalled: no sign of work for 5 s");
    expect(processesOf(patient.home("gt-5"))).toEqual([]);
  });
});
