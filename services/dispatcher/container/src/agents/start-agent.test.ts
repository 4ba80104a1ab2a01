import { expect, test } from "vitest";
import { parseHostConfig } from "../config.ts";
import { createHydrationGate } from "../hydration-gate.ts";
import { nudgeText } from "../prompts/role-prompts.ts";
import type { AgentServer, AgentSession, AgentSpec, Opening } from "../runtime/agent-runtime.ts";
import { StartError } from "../runtime/start-error.ts";
import { statePaths } from "../state-paths.ts";
import { testRun } from "../test/agent-run.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { silentLogger as logger } from "../test/silent-logger.ts";
import type { TownLink } from "../town-link.ts";
import { sameUser } from "../users/users.ts";
import { createAccess } from "./access.ts";
import { createStarter } from "./start-agent.ts";
import type { WarmServers } from "./warm-servers.ts";

interface Given {
  /** The session that is stored. */
  stored?: string;
  /** A server is warm, with that session. */
  warm?: boolean;
  /** What a call throws. */
  fails?: { start?: Error; open?: Error };
}

/** A starter whose parts only write down what they are asked for. */
function setUp({ stored, warm = false, fails = {} }: Given = {}) {
  const log: string[] = [];
  const server: AgentServer = {
    version: "1",
    exited: new Promise(() => undefined),
    open: ({ resume }: Opening) => {
      log.push(`open ${resume}`);
      const session: AgentSession = {
        id: resume ?? "ses_new",
        resumed: resume !== null,
        server,
        prompt: () => Promise.resolve(void log.push("prompt")),
        prompts: () => Promise.resolve([nudgeText({ role: "mayor" }, [{ nudge: "n-1", message: "hello" }])]),
        cancel: () => Promise.resolve(),
        setModel: () => Promise.resolve(),
        model: () => Promise.resolve("m1"),
        status: () => Promise.reject(new Error("not asked for here")),
        unblock: () => Promise.resolve(),
        async *events() {},
      };
      return fails.open === undefined ? Promise.resolve(session) : Promise.reject(fails.open);
    },
    stop: () => Promise.resolve(void log.push("stop")),
  };
  const warmServers: WarmServers = {
    prewarm: () => Promise.resolve(),
    claim: () => (warm ? "warm-token" : null),
    take: () => Promise.resolve(warm ? { server, resume: stored ?? null } : null),
    drop: () => Promise.resolve(),
    isFor: () => warm,
    close: () => Promise.resolve(),
  };
  const access = createAccess();
  const gate = createHydrationGate({ boundMs: 60_000, logger });
  const given = { town: "alpha", container: "alpha-1", stateDir: "/state", natsUrl: "nats://n", inboxPrefix: "_I" };
  const start = createStarter({
    config: parseHostConfig(JSON.stringify({ ...given, model: { url: "http://m/v1", name: "m1" } })),
    paths: statePaths("/state"),
    town: {} as TownLink,
    launcher: {
      specOf: () => ({}) as AgentSpec,
      prepare: () => Promise.resolve(void log.push("prepare")),
      start: () => {
        log.push("start");
        return fails.start === undefined ? Promise.resolve(server) : Promise.reject(fails.start);
      },
    },
    warm: warmServers,
    sessions: {
      hydrate: () => {
        log.push("hydrate");
        return Promise.resolve(stored ?? null);
      },
      begun: (_, session) => void log.push(`begun ${session}`),
      keep: () => undefined,
      kept: () => Promise.resolve(),
    },
    access,
    gate,
    users: sameUser,
    rigs: {
      quiet: () => Promise.reject(new Error("a mayor has no rig")),
      alone: () => Promise.reject(new Error("a mayor has no rig")),
      url: () => Promise.reject(new Error("a mayor has no rig")),
      update: () => Promise.reject(new Error("a mayor has no rig")),
      gitFor: () => {
        throw new Error("a mayor has no rig");
      },
    },
    runs: () => [],
    rescued: () => undefined,
    recovered: () => undefined,
    logger,
  });
  const run = testRun(mayorJob("gt-1", ""));
  access.grant(run);
  return { start: () => start(run), run, access, gate, log };
}
const settled = () => new Promise(setImmediate);

test("a start changes nothing before hydration is through; then it is prompted once", async () => {
  const { start, gate, log, run } = setUp();
  const starting = start();
  await settled();
  expect(log).toEqual([]);
  gate.open();
  expect(await starting).toMatchObject({ id: "ses_new", resumed: false });
  expect(log).toEqual(["prepare", "hydrate", "start", "open null", "prompt", "begun ses_new"]);
  expect(run.started).toMatchObject({ prewarmed: false, resumed: false, failure: null });
  expect(Object.keys(run.started?.phases ?? {})).toEqual(["db_hydrated", "sdk_ready", "session_created", "prompted"]);
});

test("a start that is ended while it waits for hydration does nothing", async () => {
  const { start, run, log } = setUp();
  const starting = start();
  run.stop.abort(new Error("stopped"));
  await expect(starting).rejects.toThrow("stopped");
  expect(log).toEqual([]);
});

test("a session that is gone on with is told nothing", async () => {
  const { start, gate, log, run } = setUp({ stored: "ses_old" });
  gate.open();
  await start();
  expect(log).toEqual(["prepare", "hydrate", "start", "open ses_old", "begun ses_old"]);
  expect(run.started).toMatchObject({ resumed: true });
});

test("what was said in the session is not said again", async () => {
  const { start, gate, run } = setUp({ stored: "ses_old" });
  run.nudges.add({ nudge: "n-1", message: "hello", mode: "immediate" });
  run.nudges.add({ nudge: "n-2", message: "well?", mode: "immediate" });
  gate.open();
  await start();
  expect(run.nudges.due(true).map(({ nudge }) => nudge)).toEqual(["n-2"]);
  expect(run.nudges.isGiven("n-1")).toBe(true);
});

test("a warm server is taken with its session and its token; nothing is started", async () => {
  const { start, gate, log, run, access } = setUp({ stored: "ses_old", warm: true });
  gate.open();
  await start();
  expect(log).toEqual(["open ses_old", "begun ses_old"]);
  expect(run.started).toMatchObject({ prewarmed: true, resumed: true });
  expect(access.find("Bearer warm-token")).toBe(run);
  expect(access.find("Bearer gt-1-1")).toBeNull();
});

test.each<[string, Given, object, string[]]>([
  [
    "a server that does not come up",
    { fails: { start: new StartError("timeout", "too late") } },
    { phase: "sdk_ready", kind: "timeout" },
    ["prepare", "hydrate", "start"],
  ],
  [
    "a session that cannot be made: its server is ended",
    { fails: { open: new Error("no room") } },
    { phase: "session_created", kind: "unknown" },
    ["prepare", "hydrate", "start", "open null", "stop"],
  ],
])("%s is told with its phase and kind", async (_, given, failure, done) => {
  const { start, gate, log, run } = setUp(given);
  gate.open();
  await expect(start()).rejects.toThrow(/too late|no room/);
  expect(run.started?.failure).toEqual(failure);
  expect(log).toEqual(done);
});
