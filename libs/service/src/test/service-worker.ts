// A service that behaves as its argument says.
import { setTimeout as delay } from "node:timers/promises";
import { createLogger } from "@gastown/telemetry";
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
  if (mode === "rejects aside") void Promise.reject(new Error("aside"));
  process.stdout.write("started\n");
  return service;
}

await runService(start, { name: "test", logger: createLogger("test") });
