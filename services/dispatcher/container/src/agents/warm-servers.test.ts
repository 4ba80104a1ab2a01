import { expect, test } from "vitest";
import type { AgentServer, AgentSpec } from "../runtime/agent-runtime.ts";
import { statePaths } from "../state-paths.ts";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { sameUser } from "../users/users.ts";
import { createAccess } from "./access.ts";
import { agentSpec, type Surroundings } from "./agent-spec.ts";
import { createRun } from "./create-run.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import { createWarmServers } from "./warm-servers.ts";

const around: Surroundings = {
  town: "t",
  paths: statePaths("/s"),
  users: sameUser,
  path: "",
  proxies: {},
  model: "m1",
  url: "u",
};
const mayor = { job: mayorJob("gt-1", ""), variables: {} };

function setUp({ start }: { start?: () => Promise<void> } = {}) {
  const log: string[] = [];
  const exited = Promise.withResolvers<string>();
  const launcher: ServerLauncher = {
    specOf: (run, model): AgentSpec => agentSpec({ ...run, model }, around),
    prepare: () => Promise.resolve(),
    async start(spec) {
      await start?.();
      log.push(`start ${spec.model.name}`);
      const server: AgentServer = {
        version: "1",
        exited: exited.promise,
        open: () => Promise.reject(new Error("nobody speaks to it")),
        stop: () => Promise.resolve(void log.push("stop")),
      };
      return server;
    },
  };
  const sessions = {
    hydrate: () => Promise.resolve("ses_1"),
    begun: () => undefined,
    keep: () => undefined,
    kept: () => Promise.resolve(),
  };
  const access = createAccess();
  const warm = createWarmServers({ launcher, access, sessions, logger });
  return { warm, access, launcher, log, exited };
}

test("a start with the same configuration gets the server and its session, once; only then the token is its own", async () => {
  const { warm, access, launcher, log } = setUp();
  expect(warm.claim("gt-1")).toBeNull();
  await warm.prewarm(createRun(mayor, around));
  expect(warm.claim("gt-2")).toBeNull();
  const token = warm.claim("gt-1");
  expect(warm.claim("gt-1")).toBeNull();
  const run = { ...createRun({ ...mayor, job: { ...mayor.job, generation: 7 } }, around), token: token ?? "" };
  access.grant(run);
  expect(await warm.take(run.token, launcher.specOf(run, "m1"))).toMatchObject({ resume: "ses_1" });
  await warm.drop(run.token);
  await warm.close();
  expect(access.find(`Bearer ${token}`)).toBe(run);
  expect(log).toEqual(["start m1"]);
});

test("a server with another configuration is ended", async () => {
  const { warm, launcher, log } = setUp();
  await warm.prewarm(createRun(mayor, around));
  const run = { ...createRun(mayor, around), token: warm.claim("gt-1") ?? "" };
  expect(await warm.take(run.token, launcher.specOf(run, "m2"))).toBeNull();
  expect(log).toEqual(["start m1", "stop"]);
});

test("a server that died is not used", async () => {
  const { warm, launcher, exited } = setUp();
  await warm.prewarm(createRun(mayor, around));
  exited.resolve("signal SIGKILL");
  const run = { ...createRun(mayor, around), token: warm.claim("gt-1") ?? "" };
  expect(await warm.take(run.token, launcher.specOf(run, "m1"))).toBeNull();
});

test("one that could not be started is none, and nothing throws", async () => {
  const { warm, launcher } = setUp({ start: () => Promise.reject(new Error("no room")) });
  await warm.prewarm(createRun(mayor, around));
  const run = { ...createRun(mayor, around), token: warm.claim("gt-1") ?? "" };
  expect(await warm.take(run.token, launcher.specOf(run, "m1"))).toBeNull();
});

test("what nobody takes is ended with the host, and its token opens nothing", async () => {
  const { warm, access, log } = setUp();
  const run = createRun(mayor, around);
  await warm.prewarm(run);
  expect(access.find(`Bearer ${run.token}`)).toBe(run);
  await warm.close();
  expect(access.find(`Bearer ${run.token}`)).toBeNull();
  expect(log).toEqual(["start m1", "stop"]);
});

test("getting ready for the same again keeps what is there; for another model it is replaced, and only the new one is used", async () => {
  const { warm, launcher, log, access } = setUp();
  const first = createRun(mayor, around);
  await warm.prewarm(first);
  await warm.prewarm(createRun({ ...mayor, job: { ...mayor.job, generation: 2 } }, around));
  expect(log).toEqual(["start m1"]);
  await warm.prewarm(createRun({ ...mayor, job: { ...mayor.job, model: "m2" } }, around));
  const run = { ...createRun(mayor, around), token: warm.claim("gt-1") ?? "" };
  expect(await warm.take(run.token, launcher.specOf(run, "m2"))).toMatchObject({ resume: "ses_1" });
  expect(log).toEqual(["start m1", "stop", "start m2"]);
  expect(access.find(`Bearer ${first.token}`)).toBeNull();
});

test("a start that comes while a session is put in place waits for it", async () => {
  const waiting = Promise.withResolvers<void>();
  const { warm, launcher } = setUp({ start: () => waiting.promise });
  void warm.prewarm(createRun(mayor, around));
  const run = { ...createRun(mayor, around), token: warm.claim("gt-1") ?? "" };
  const taken = warm.take(run.token, launcher.specOf(run, "m1"));
  waiting.resolve();
  expect(await taken).toMatchObject({ resume: "ses_1" });
});
