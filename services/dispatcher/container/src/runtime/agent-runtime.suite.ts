import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { eventually, scriptText, startScriptedModel, type ScriptedModel, type ScriptStep } from "@gastown/testkit";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createAccess } from "../agents/access.ts";
import { readTurn, type Turn } from "../agents/turn.ts";
import { gitOf } from "../agents/workspaces.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "../test/agent-run.ts";
import { noCheckouts as checkouts } from "../test/no-checkouts.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { bash, isAsleep, longMs, processesOf } from "../test/world.ts";
import { mcpRoutes } from "../tools/mcp-routes.ts";
import type { TownLink } from "../town-link.ts";
import type { AgentEvent, AgentRuntime, AgentServer, AgentSession } from "./agent-runtime.ts";

const never = new AbortController().signal;
const opening = (resume: string | null) => ({ title: "polecat gt-1", system: "SYSTEM-RULES", resume });

/** In what programs differ that are reached another way. */
interface Differences {
  /** For its environment besides. */
  env?: Record<string, string>;
  /** Its protocol has no place for duties and rules: they are said with the first prompt. */
  saysSystem?: boolean;
  /** It does not tell that it tries its model again: the turn just goes on. */
  hidesRetries?: boolean;
  /** It does not tell with which status its model's provider refused, and a failed turn cannot be asked again. */
  hidesRefusals?: boolean;
  /** It does not tell what another process made of a session that both have. */
  tellsOwnModel?: boolean;
}

/** What holds for every agent program behind the port: to be called in a test file of its own. */
export function agentRuntimeSuite(runtime: () => AgentRuntime, differences: Differences = {}): void {
  vi.setConfig({ testTimeout: longMs, hookTimeout: longMs });
  const run = testRun(polecatJob("gt-1", ""));
  const access = createAccess();
  let folder: string;
  let model: ScriptedModel;
  let tools: LocalServer;
  let server: AgentServer;
  let session: AgentSession;
  const events: AgentEvent[] = [];
  const home = () => join(folder, "home");
  let launches = 0;

  function launch(name: string): Promise<AgentServer> {
    launches += 1;
    return runtime().start(
      {
        agent: "gt-1",
        user: null,
        role: "polecat",
        cwd: join(folder, "work"),
        home: home(),
        env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, GASTOWN_AGENT: "gt-1", ...differences.env },
        model: { url: model.url, token: "own", name },
        tools: { url: `${tools.url}/mcp`, token: run.token },
        readOnly: false,
        recordFile: join(folder, "run", `${launches}.json`),
        logFile: join(folder, `server-${launches}.log`),
      },
      never,
    );
  }
  const records = () => readdirSync(join(folder, "run"));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gastown-runtime-"));
    for (const name of ["work", "run"]) mkdirSync(join(folder, name));
    model = await startScriptedModel();
    access.grant(run);
    const town = {} as TownLink;
    tools = await startLocalServer(
      new Hono().route("/mcp", mcpRoutes({ access, town, git: (r) => gitOf(r, 1), checkouts, logger })),
    );
    server = await launch("scripted");
    session = await server.open(opening(null), never);
    void (async () => {
      for await (const event of session.events(never)) events.push(event);
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
    const { lastPrompt } = await session.status();
    await session.prompt(scriptText(steps));
    return untilTurn(lastPrompt, until);
  }
  function untilTurn(before: string | null, until: Turn["is"][]): Promise<Turn> {
    const look = async () => {
      const now = readTurn(await session.status(), before);
      return until.includes(now.is) ? now : Promise.reject(new Error(`it is ${now.is}`));
    };
    return eventually(look, { timeoutMs: longMs });
  }
  /** Asked again while the answer is slow: a program that is busy with its end may take longer than the call waits. */
  const cancel = () => eventually(() => session.cancel().then(() => true), { timeoutMs: longMs });
  /** What the model was last asked for a turn. */
  const lastAsked = () => model.requests.findLast((request) => request.tools.length > 0);

  test("a new session has the configured model before anything is said", async () => {
    expect(session.resumed).toBe(false);
    expect(await session.model()).toBe("scripted");
  });

  test("a turn is over when its answer is complete, and was told by events meanwhile", async () => {
    expect(await turn([bash("echo hello"), { text: "Done." }], ["over"])).toEqual({ is: "over" });
    const last = expect.objectContaining({ kind: "text", text: "Done." });
    await eventually(() => expect(events).toContainEqual(last), { timeoutMs: longMs });
    const ended = { kind: "tool", tool: "bash", state: "completed", detail: "hello" };
    expect(events).toContainEqual(expect.objectContaining(ended));
    const asked = lastAsked();
    const saidBy = differences.saysSystem === true ? "user" : "system";
    expect(asked?.messages.find((m) => m.role === saidBy)?.text).toContain("SYSTEM-RULES");
    expect(asked?.tools.map((t) => t.name)).toContain("gt_done");
    expect(asked?.tools.map((t) => t.name)).not.toContain("question");
  });

  test("another server takes the session over with another model: the next turn has it, and nothing was said for it", async () => {
    const before = lastAsked();
    const [old, oldSession] = [server, session];
    server = await launch("scripted-2");
    session = await server.open(opening(oldSession.id), never);
    expect(session).toMatchObject({ id: oldSession.id, resumed: true });
    expect(await session.model()).toBe("scripted-2");
    expect(await oldSession.model()).toBe(differences.tellsOwnModel === true ? "scripted" : "scripted-2");
    expect(lastAsked()).toBe(before);
    await old.stop();
    expect(records()).toEqual(["2.json"]);

    expect(await turn([{ text: "Still here." }], ["over"])).toEqual({ is: "over" });
    const users = (request = lastAsked()) => request?.messages.filter((m) => m.role === "user").length ?? Number.NaN;
    expect(lastAsked()?.model).toBe("scripted-2");
    expect(before?.model).toBe("scripted");
    expect(users()).toBe(users(before) + 1);
  });

  test("the model of a session is put back, and one that is not configured is refused", async () => {
    await session.setModel("scripted-2");
    expect(await session.model()).toBe("scripted-2");
    await expect(session.setModel("unknown")).rejects.toThrow('knows no model "unknown"');
    expect(await session.model()).toBe("scripted-2");
    await session.unblock();
  });

  test("a session that the server does not know is a new one", async () => {
    const other = await server.open(opening("ses_00000000000000000000000000"), never);
    expect(other.resumed).toBe(false);
    expect(other.id).not.toBe(session.id);
  });

  test("a turn that the model's provider refused says so, and is asked again as the turn that it is", async () => {
    const refused = await turn([{ error: 404 }], ["failed"]);
    expect(session.again === undefined).toBe(differences.hidesRefusals === true);
    if (session.again === undefined) return;
    expect(refused).toMatchObject({ is: "failed", providerStatus: 404 });
    const [asked, { lastPrompt }] = [lastAsked(), await session.status()];
    await session.again();
    await eventually(() => expect(lastAsked()).not.toBe(asked), { timeoutMs: longMs });
    expect(await untilTurn(null, ["failed"])).toEqual(refused);
    // Not the texts: kilo adds the time of each call.
    const roles = (request = lastAsked()) => request?.messages.map((m) => m.role);
    expect(roles()).toEqual(roles(asked));
    expect((await session.status()).lastPrompt).toBe(lastPrompt);
  });

  test("a cancelled turn has failed, and what it started is gone", async () => {
    const { lastPrompt } = await session.status();
    await session.prompt(scriptText([bash("sleep 3456")]));
    await eventually(() => isAsleep(home(), 3456), { timeoutMs: longMs });
    await cancel();
    expect(await untilTurn(lastPrompt, ["failed"])).toMatchObject({ message: expect.stringContaining("Aborted") });
    // Killed, and gone when it had its turn to die.
    await eventually(() => expect(isAsleep(home(), 3456)).toBe(false), { timeoutMs: longMs });
  });

  /** A turn whose answer is cut off, as soon as its program tells of it, or has begun to try again without telling. */
  async function cutTurn(): Promise<Turn> {
    const steps = [{ text: "This will never be complete.", cut: true }];
    if (differences.hidesRetries !== true) return turn(steps, ["failed", "retrying", "offline"]);
    const tries = () =>
      model.requests.filter(({ tools: offered, messages }) => offered.length > 0 && messages.some(isAsked));
    const isAsked = ({ text }: { text: string }) => text.includes(scriptText(steps));
    const { lastPrompt } = await session.status();
    await session.prompt(scriptText(steps));
    await eventually(() => tries().length > 1, { timeoutMs: longMs });
    return readTurn(await session.status(), lastPrompt);
  }

  test("an answer that is cut off does not look like an end", async () => {
    const cut = await cutTurn();
    expect(cut.is).not.toBe("over");
    await cancel();
  });

  test("its record names its process while it runs, and nothing is left when it is stopped", async () => {
    const database = runtime().databaseOf(home());
    expect(database !== null && existsSync(database)).toBe(true);
    const record: unknown = JSON.parse(readFileSync(join(folder, "run", "2.json"), "utf8"));
    expect(record).toMatchObject({ agent: "gt-1" });
    await server.stop();
    expect(await server.exited).toMatch(/^(?:signal|exit code) /);
    expect(records()).toEqual([]);
    expect(processesOf(home())).toEqual([]);
  });
}
