import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectBus, followEvents, listRuns, provision, type Bus } from "@gastown/bus";
import { serviceBootFailed, serviceCrashed, serviceStarted, type Envelope, type Event } from "@gastown/contracts";
import { createLogger } from "@gastown/telemetry";
import { eventually, startNats, type TestNats } from "@gastown/testkit";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("test/process-worker.ts", import.meta.url));
const logger = createLogger("test", { level: "silent" });
const over = new AbortController();
const events: Envelope[] = [];
let nats: TestNats;
let bus: Bus;

beforeAll(async () => {
  nats = await startNats();
  bus = await connectBus({ servers: nats.url, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  void follow();
});
afterAll(async () => {
  over.abort();
  await bus.close();
  await nats.close();
});
/** Each test has a service of its own, so that what one leaves is nothing to the next. */
let service = "";
beforeEach(({ task }) => {
  service = `worker-${task.id.replaceAll(/[^a-z0-9]+/g, "-").slice(-20)}`;
});

/** What a person sees who follows the stream of events. */
async function follow(): Promise<void> {
  const subjects = ["evt._.service.*"];
  for await (const { envelope } of followEvents(bus, { subjects, fromSeq: 1, signal: over.signal }))
    events.push(envelope);
}

const dataOf = (event: Event): unknown[] =>
  events.filter(({ type, source }) => type === event.type && source === `/${service}`).map(({ data }) => data);
const run = (child: { pid?: number | undefined }) => ({ service, pid: child.pid });

function start(mode = "well") {
  const env = { PATH: process.env["PATH"], NATS_URL: nats.url };
  const child = spawn(process.execPath, [program, mode, service], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const told = () =>
    eventually(() => expect(dataOf(serviceStarted)).toContainEqual(expect.objectContaining(run(child))), {
      timeoutMs: 30_000,
    });
  return { child, ended, out: () => out, told };
}

/** As a supervisor does, until all of them ended well. */
async function stopWell(...started: ReturnType<typeof start>[]): Promise<void> {
  for (const { child } of started) child.kill("SIGTERM");
  for (const { ended } of started) expect(await ended).toBe(0);
  expect(await listRuns(bus, service)).toEqual([]);
}

test("an exception nobody caught ends the process, and is an event with stack, town and trace; the next start tells nothing twice", async () => {
  const crashing = start("throws");
  await crashing.told();
  crashing.child.kill("SIGUSR2");
  expect(await crashing.ended).toBe(1);
  const again = start();
  await again.told();
  await eventually(() => expect(dataOf(serviceCrashed)).not.toEqual([]));
  expect(dataOf(serviceCrashed)).toEqual([
    expect.objectContaining({
      ...run(crashing.child),
      at: expect.any(String),
      error: {
        name: "Error",
        message: "a fault of ours",
        stack: expect.stringContaining("process-worker.ts"),
        town: "alpha",
        traceId: /^trace ([0-9a-f]{32})$/m.exec(crashing.out())?.[1],
      },
    }),
  ]);
  await stopWell(again);
});

test("kill -9 is an event when the next one runs, once; a replica that lives, also after a rejection nobody handled, is not taken for dead, nor one that ended well", async () => {
  const [replica, killed, ending] = [start("rejects"), start(), start()];
  for (const one of [replica, killed, ending]) await one.told();
  replica.child.kill("SIGUSR2");
  await eventually(() => expect(replica.out()).toContain("nobody waits for me"));
  killed.child.kill("SIGKILL");
  await killed.ended;
  const [next, another] = [start(), start()];
  ending.child.kill("SIGTERM");
  await eventually(() => expect(dataOf(serviceCrashed)).toHaveLength(1), { timeoutMs: 30_000 });
  expect(dataOf(serviceCrashed)).toEqual([expect.objectContaining({ ...run(killed.child), at: null, error: null })]);
  await another.told();
  await eventually(async () => expect(await listRuns(bus, service)).toHaveLength(3));
  await stopWell(replica, next, another);
  expect(dataOf(serviceCrashed)).toHaveLength(1);
});

test("a start that fails is an event with the reason", async () => {
  const failing = start("cannot start");
  expect(await failing.ended).toBe(1);
  await eventually(() => expect(dataOf(serviceBootFailed)).toHaveLength(1));
  expect(dataOf(serviceBootFailed)).toMatchObject([{ ...run(failing.child), error: { message: "the port is taken" } }]);
  expect(dataOf(serviceStarted)).toEqual([]);
  expect(await listRuns(bus, service)).toEqual([]);
});
