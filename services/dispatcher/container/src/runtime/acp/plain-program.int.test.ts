import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { agentPath } from "../../config.ts";
import { silentLogger as logger } from "../../test/silent-logger.ts";
import { longMs, processesOf } from "../../test/world.ts";
import { readTurn } from "../../agents/turn.ts";
import type { AgentEvent, AgentServer } from "../agent-runtime.ts";
import { createAcp } from "./acp.ts";

vi.setConfig({ testTimeout: longMs });
const small = fileURLToPath(new URL("../../test/small-acp-agent.ts", import.meta.url));
const never = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-acp-"));
  mkdirSync(join(folder, "home"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runtime(like: string, startMs = longMs) {
  const command = [process.execPath, small, like];
  return createAcp({ program: { command, profile: "plain" }, path: agentPath(), startMs, logger });
}
function start(like: string, startMs?: number): Promise<AgentServer> {
  return runtime(like, startMs).start(
    {
      agent: "gt-1",
      user: null,
      role: "polecat",
      cwd: folder,
      home: join(folder, "home"),
      env: { PATH: agentPath() },
      model: { url: "http://127.0.0.1:9/v1", token: "own", name: "m1" },
      tools: { url: "http://127.0.0.1:9/mcp", token: "own" },
      readOnly: false,
      recordFile: join(folder, "record.json"),
      logFile: join(folder, "program.log"),
    },
    never,
  );
}

test.each([
  ["no-http", "no_tools", /over HTTP/],
  ["old", "bad_answer", /version 0 of ACP/],
  ["dies", "crashed", /exit code 3/],
])("a program that is %s fails its start as %s, and nothing of it is left", async (like, kind, message) => {
  await expect(start(like)).rejects.toMatchObject({
    name: "StartError",
    kind,
    message: expect.stringMatching(message),
  });
  expect(processesOf(join(folder, "home"))).toEqual([]);
  expect(existsSync(join(folder, "record.json"))).toBe(false);
});

test("one that says nothing is given up", async () => {
  await expect(start("mute", 100)).rejects.toMatchObject({ kind: "timeout" });
});

test("one that is not there says what to do", () => {
  const program = { command: ["no-such-agent"], profile: "plain" } as const;
  expect(() => createAcp({ program, path: agentPath(), startMs: 1, logger })).toThrow(
    /not on the path of agents.*Install/s,
  );
});

test("one that wants a login says how", async () => {
  const server = await start("login");
  await expect(server.open({ title: "t", system: "s", resume: null }, never)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/wants a login \(With a key\)/),
  });
  await server.stop();
});

test("one that can little: a new session each time, its own model, one prompt at a time, duties said once", async () => {
  const server = await start("tools");
  expect(server.version).toBe("7");
  const session = await server.open({ title: "t", system: "DUTIES", resume: "s-0" }, never);
  expect(session).toMatchObject({ id: "s-1", resumed: false, oneAtATime: true });
  expect(await session.model()).toBeNull();
  await expect(session.setModel("m2")).rejects.toMatchObject({ name: "ModelError", kind: "cannot_change" });
  expect(runtime("tools").databaseOf(folder)).toBeNull();

  const events: AgentEvent[] = [];
  void (async () => {
    for await (const event of session.events(never)) events.push(event);
  })();
  const turn = async (text: string) => {
    const { lastPrompt } = await session.status();
    const said = session.prompt(text);
    await expect(session.prompt("at once")).rejects.toThrow(/one prompt at a time/);
    await said;
    return eventually(async () => {
      const now = readTurn(await session.status(), lastPrompt);
      return now.is === "running" ? null : now;
    });
  };
  expect(await turn("one")).toEqual({ is: "over" });
  expect(await turn("two")).toEqual({ is: "over" });
  expect(await turn("long")).toEqual({ is: "failed", message: "The turn ended early: max_tokens" });
  const texts = () => events.flatMap((event) => (event.kind === "text" && event.complete ? [event.text] : []));
  await eventually(() => expect(texts()).toEqual(["heard DUTIES|one", "heard two", "heard long"]));

  await server.stop();
  await expect(session.prompt("three")).rejects.toThrow(/ended/);
  await expect(session.status()).rejects.toThrow(/ended/);
});
