import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { eventually, scriptText, startScriptedModel, type ScriptedModel, type ScriptStep } from "@gastown/testkit";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createAccess } from "../../agents/access.ts";
import { gitOf } from "../../agents/start-agent.ts";
import { readTurn, type Turn } from "../../agents/turn.ts";
import { startLocalServer, type LocalServer } from "../../local-server.ts";
import { testRun } from "../../test/agent-run.ts";
import { polecatJob } from "../../test/polecat-job.ts";
import { silentLogger as logger } from "../../test/silent-logger.ts";
import { bash, isAsleep, longMs, processesOf } from "../../test/world.ts";
import { mcpRoutes } from "../../tools/mcp-routes.ts";
import type { TownLink } from "../../town-link.ts";
import type { AgentEvent, AgentServer } from "../agent-runtime.ts";
import { createOpencodeHttp } from "./opencode-http.ts";

vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });
const run = testRun(polecatJob("gt-1", ""));
const access = createAccess();
let folder: string;
let model: ScriptedModel;
let tools: LocalServer;
let server: AgentServer;
const events: AgentEvent[] = [];
const home = () => join(folder, "home");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gastown-runtime-"));
  mkdirSync(join(folder, "work"));
  model = await startScriptedModel();
  access.grant(run);
  const town = {} as TownLink;
  tools = await startLocalServer(
    new Hono().route("/mcp", mcpRoutes({ access, town, git: (r) => gitOf(r, 1), logger })),
  );
  const runtime = createOpencodeHttp({ flavour: "opencode", startMs: longMs, logger });
  server = await runtime.start(
    {
      agent: "gt-1",
      generation: 1,
      role: "polecat",
      cwd: join(folder, "work"),
      home: home(),
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, GASTOWN_AGENT: "gt-1" },
      system: "SYSTEM-RULES",
      model: { url: model.url, token: "own", name: "scripted" },
      tools: { url: `${tools.url}/mcp`, token: run.token },
      readOnly: false,
      recordFile: join(folder, "record.json"),
      logFile: join(folder, "server.log"),
    },
    new AbortController().signal,
  );
  void (async () => {
    for await (const event of server.events(new AbortController().signal)) events.push(event);
  })();
});
afterAll(async () => {
  await server.stop();
  await tools.close();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Gives a prompt and waits until its turn is in one of these states. */
async function turn(steps: ScriptStep[], until: Turn["is"][]): Promise<Turn> {
  const { lastPrompt } = await server.status();
  await server.prompt(scriptText(steps));
  return untilTurn(lastPrompt, until);
}
function untilTurn(before: string | null, until: Turn["is"][]): Promise<Turn> {
  const look = async () => {
    const now = readTurn(await server.status(), before);
    return until.includes(now.is) ? now : Promise.reject(new Error(`it is ${now.is}`));
  };
  return eventually(look, { timeoutMs: longMs });
}

test("a turn is over when its answer is complete, and was told by events meanwhile", async () => {
  expect(await turn([bash("echo hello"), { text: "Done." }], ["over"])).toEqual({ is: "over" });
  await eventually(() => expect(events).toContainEqual(expect.objectContaining({ kind: "text", text: "Done." })));
  const ended = { kind: "tool", tool: "bash", state: "completed", detail: "hello" };
  expect(events).toContainEqual(expect.objectContaining(ended));
  const asked = model.requests.at(-1);
  expect(asked?.messages.find((m) => m.role === "system")?.text).toContain("SYSTEM-RULES");
  expect(asked?.tools.map((t) => t.name)).toContain("gt_done");
  expect(asked?.tools.map((t) => t.name)).not.toContain("question");
});

test("a cancelled turn has failed, and what it started is gone", async () => {
  const { lastPrompt } = await server.status();
  await server.prompt(scriptText([bash("sleep 3456")]));
  await eventually(() => isAsleep(home(), 3456), { timeoutMs: longMs });
  await server.cancel();
  expect(await untilTurn(lastPrompt, ["failed"])).toMatchObject({ message: expect.stringContaining("Aborted") });
  expect(isAsleep(home(), 3456)).toBe(false);
});

test("an answer that is cut off does not look like an end", async () => {
  const cut = await turn([{ text: "This will never be complete.", cut: true }], ["failed", "retrying"]);
  expect(cut.is).not.toBe("over");
  await server.cancel();
});

test("the model can be changed to one that is configured only", async () => {
  await server.setModel("scripted");
  await expect(server.setModel("unknown")).rejects.toThrow('knows no model "unknown"');
  await server.unblock();
});

test("its record names its process while it runs, and nothing is left when it is stopped", async () => {
  expect(JSON.parse(readFileSync(join(folder, "record.json"), "utf8"))).toMatchObject({ agent: "gt-1", generation: 1 });
  await server.stop();
  expect(await server.exited).toMatch(/SIGTERM|143/);
  expect(existsSync(join(folder, "record.json"))).toBe(false);
  expect(processesOf(home())).toEqual([]);
});
