import { setTimeout as wait } from "node:timers/promises";
import { isAlive, type ProcessRecord } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";

const lookMs = 1_000;
const backOffMs = [200, 1_000, 2_000, 5_000, 15_000];
/** A server that ran this long begins its back-off anew. */
const stableMs = 60_000;

export interface KeepRunningOptions {
  name: string;
  first: ProcessRecord;
  /** Starts it again, on the same port and data. */
  start: () => Promise<ProcessRecord>;
  logger: Logger;
  say: (line: string) => void;
}

export interface KeptServer {
  record(): ProcessRecord;
  /** Stops watching; resolves when no start is under way any more. */
  release(): Promise<void>;
}

/** Watches a server and starts it again, with back-off, whenever it has died. It may have been started by an earlier run. */
export function keepRunning(options: KeepRunningOptions): KeptServer {
  const { name, logger, say } = options;
  const stop = new AbortController();
  let record = options.first;
  let startedAt = Date.now();
  let deaths = 0;

  async function restart(): Promise<void> {
    if (Date.now() - startedAt > stableMs) deaths = 0;
    const afterMs = backOffMs[Math.min(deaths, backOffMs.length - 1)] ?? 0;
    deaths += 1;
    logger.error({ name, pid: record.pid, afterMs }, "server died, starting it again");
    say(`${name} (pid ${record.pid}) died; it is started again`);
    await wait(afterMs, undefined, { signal: stop.signal });
    record = await options.start();
    startedAt = Date.now();
    logger.info({ name, pid: record.pid }, "server started again");
    say(`${name} runs again (pid ${record.pid})`);
  }

  async function watch(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await wait(lookMs, undefined, { signal: stop.signal });
        if (!(await isAlive(record))) await restart();
      } catch (error) {
        if (!stop.signal.aborted) logger.error({ name, error }, "server could not be started again");
      }
    }
  }

  const watching = watch();
  return {
    record: () => record,
    async release() {
      stop.abort();
      await watching;
    },
  };
}
