// A service that behaves as its argument says.
import { setTimeout as delay } from "node:timers/promises";
import { createLogger, registerTelemetry, span, withLogFields } from "@gastown/telemetry";
import { ConfigError, type RunningService } from "../index.ts";
import { runService } from "../run-service.ts";

const mode = process.argv[2];
const open = setInterval(() => {}, 1_000);
const service: RunningService = {
  name: "test",
  health: () => Promise.resolve({ ok: true, dependencies: {} }),
  close: () => {
    process.stdout.write("drained\n");
    clearInterval(open);
    return Promise.resolve();
  },
  ...(mode === "fails later" ? { closed: delay(50).then(() => Promise.reject(new Error("lost its mind"))) } : {}),
};

async function loseAPromise(): Promise<void> {
  await delay(1);
  throw new Error("nobody waits for me");
}

/** A message of a town is handled, as the bus does it; something of it is not waited for. */
async function workForTown(): Promise<void> {
  await registerTelemetry({ service: "test", endpoint: "http://127.0.0.1:1" });
  return span("process", {}, ({ traceId }) => {
    process.stdout.write(`${traceId}\n`);
    withLogFields({ town: "alpha" }, () => void loseAPromise());
  });
}

async function start(signal: AbortSignal): Promise<RunningService> {
  if (mode === "bad config") {
    clearInterval(open);
    throw new ConfigError("Set these environment variables:\n  PORT: is not set");
  }
  if (mode === "waits at start") {
    process.stdout.write("waiting\n");
    signal.addEventListener("abort", () => clearInterval(open));
    await delay(60_000, undefined, { signal });
  }
  if (mode === "throws aside")
    setTimeout(() => {
      throw new Error("aside");
    }, 50);
  if (mode === "rejects aside") await workForTown();
  process.stdout.write("started\n");
  return service;
}

await runService(start, { name: "test", logger: createLogger("test") });
