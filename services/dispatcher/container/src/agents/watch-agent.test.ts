import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseHostConfig } from "../config.ts";
import type { AgentServer, AgentSession, SessionFacts } from "../runtime/agent-runtime.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { silentLogger as logger } from "../test/silent-logger.ts";
import { createOutput } from "./output.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import { watchAgent } from "./watch-agent.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const host = { town: "alpha", container: "alpha-1", stateDir: "/state", natsUrl: "nats://n", inboxPrefix: "_I" };
const { limits } = parseHostConfig(JSON.stringify({ ...host, model: { url: "http://m/v1", name: "m1" } }));
const busy: SessionFacts = { status: { is: "busy" }, lastPrompt: "p1", reply: null, toolRunning: false };
const over: SessionFacts = {
  ...busy,
  status: { is: "idle" },
  reply: { to: "p1", complete: true, error: null },
};

/** Watches an agent whose server answers so, and whose events are lost from the beginning. */
function watch(status: () => Promise<SessionFacts>) {
  const server: AgentServer = {
    version: "1",
    exited: new Promise(() => undefined),
    open: () => Promise.reject(new Error("not asked for here")),
    stop: () => Promise.resolve(),
  };
  const session: AgentSession = {
    id: "ses_1",
    resumed: false,
    server,
    prompt: () => Promise.resolve(),
    cancel: () => Promise.resolve(),
    setModel: () => Promise.resolve(),
    model: () => Promise.resolve("m1"),
    status,
    unblock: () => Promise.resolve(),
    // oxlint-disable-next-line require-yield -- it tells nothing: it breaks at once
    async *events() {
      throw new Error("the stream broke");
    },
  };
  const run = testRun(polecatJob("gt-1", ""));
  const watching = watchAgent(run, session, {
    limits,
    launcher: {} as ServerLauncher,
    output: createOutput({ agent: "gt-1", generation: 1, send: () => undefined }),
    beat: () => Promise.resolve(),
    tellModel: () => undefined,
    keep: () => undefined,
    stored: () => Promise.resolve(),
    logger,
  });
  return { run, watching };
}

test("a server that answers nothing any more counts as crashed, after the time it may be deaf", async () => {
  let answers = true;
  const { run, watching } = watch(() => (answers ? Promise.resolve(busy) : Promise.reject(new Error("no answer"))));
  await vi.advanceTimersByTimeAsync(2 * limits.lookMs);
  const alive = run.aliveAt.getTime();
  answers = false;
  await vi.advanceTimersByTimeAsync(limits.deafMs - 1);
  expect(run.aliveAt.getTime()).toBe(alive);
  await vi.advanceTimersByTimeAsync(2 * limits.lookMs);
  expect((await watching).ending).toEqual({
    reason: expect.stringMatching(/^crashed: the agent server did not answer for 6\d{4} ms$/),
    cause: "crashed",
  });
});

test("a lost event stream hides nothing: what became of the turn is read, and the agent lives by what its server says", async () => {
  let facts = busy;
  const { run, watching } = watch(() => Promise.resolve(facts));
  await vi.advanceTimersByTimeAsync(2 * limits.deafMs);
  expect(Date.now() - run.aliveAt.getTime()).toBeLessThanOrEqual(limits.lookMs);
  run.done = { at: new Date(), text: "Accepted.", handedIn: true };
  facts = over;
  await vi.advanceTimersByTimeAsync(limits.lookMs);
  expect((await watching).ending).toMatchObject({ reason: "done" });
});
