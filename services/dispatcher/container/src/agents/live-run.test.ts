import { expect, test } from "vitest";
import { parseHostConfig } from "../config.ts";
import type { AgentServer, AgentSession } from "../runtime/agent-runtime.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { endRun } from "./agent-run.ts";
import { liveRun } from "./live-run.ts";

const never = new Promise<void>(() => undefined);
const settled = () => new Promise(setImmediate);

/** A session whose server is ended at once, and does not answer to anything else. */
function deafSession(log: string[]): AgentSession {
  const server: AgentServer = {
    version: "1",
    exited: never.then(() => ""),
    open: () => Promise.reject(new Error("not asked for here")),
    stop: () => Promise.resolve(void log.push("server stopped")),
  };
  return {
    id: "ses_1",
    resumed: false,
    server,
    prompt: () => never,
    cancel: () => {
      log.push("cancel");
      return never;
    },
    setModel: () => never,
    model: () => Promise.resolve(null),
    status: () => never.then(() => Promise.reject(new Error("not said"))),
    unblock: () => never,
    async *events() {},
  };
}

test("a run whose end is held up ends when it is forced: its server is stopped, nothing more is saved, and that is reported", async () => {
  const log: string[] = [];
  const run = testRun(polecatJob("gt-1", ""));
  const given = { town: "alpha", container: "alpha-1", stateDir: "/state", natsUrl: "nats://n", inboxPrefix: "_I" };
  const { limits } = parseHostConfig(JSON.stringify({ ...given, model: { url: "http://m/v1", name: "m1" } }));
  endRun(run, { reason: "stopped", cause: "stopped" });
  const living = liveRun(run, {
    limits,
    launcher: {
      specOf: () => expect.unreachable(),
      prepare: () => expect.unreachable(),
      start: () => expect.unreachable(),
    },
    start: () => Promise.resolve(deafSession(log)),
    reporter: {
      report: (_, state, why) => void log.push(`${state} ${typeof why === "string" ? why : why.reason}`.trim()),
      model: () => undefined,
      rescued: () => undefined,
      told: () => Promise.resolve(),
    },
    send: () => undefined,
    beat: () => Promise.resolve(),
    rescued: () => undefined,
    saving: () => new AbortController().signal,
    tellModel: () => undefined,
    keep: () => undefined,
    stored: () => never,
    logger,
  });
  await settled();
  await settled();
  expect(log).toEqual(["running", "cancel"]);
  run.force.abort();
  await living;
  expect(log).toEqual(["running", "cancel", "server stopped", "exited stopped"]);
});
