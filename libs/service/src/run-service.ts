import type { Logger } from "@gastown/telemetry";
import { ConfigError } from "./parse-env.ts";
import type { RunningService } from "./running-service.ts";
import { watchFaults } from "./watch-faults.ts";

/** What closing may take when a service says nothing else. */
const defaultCloseMs = 12_000;
/** A process that has not ended this long after its time to close is ended by force. */
const endMs = 3_000;

export interface RunServiceOptions {
  name: string;
  logger: Logger;
  /** Tells others, in a bounded time, that this ends the process; by default nobody is told. */
  onCrash?: (error: unknown) => Promise<void>;
}

/**
 * Runs one service as this process: starts it, and on SIGINT or SIGTERM aborts the start or drains it. Resolves when it
 * has ended. The process then ends when nothing is open any more, with code 1 if the service failed, and by force 3 s after
 * the time its `close` may take; a second signal ends it at once.
 */
export async function runService(
  start: (signal: AbortSignal) => Promise<RunningService>,
  { name, logger, onCrash = () => Promise.resolve() }: RunServiceOptions,
): Promise<void> {
  const stop = new AbortController();
  const forcedExit = createForcedExit(logger);
  const unwatch = watchProcess(stop, { logger, onCrash, forcedExit });
  try {
    const service = await start(stop.signal);
    forcedExit.closeMs = service.closeMs ?? defaultCloseMs;
    logger.info({ name }, "service started");
    await untilEnd(service, { signal: stop.signal, logger });
    forcedExit.arm();
    await service.close();
    logger.info({ name }, "service ended");
  } catch (error) {
    forcedExit.arm();
    if (stop.signal.aborted) logger.info({ name, error }, "stopped before it was done");
    else fail(logger, name, error);
  } finally {
    unwatch();
  }
}

/** Resolves on the signal to stop, or when the service ended or failed by itself. */
async function untilEnd(
  service: RunningService,
  { signal, logger }: { signal: AbortSignal; logger: Logger },
): Promise<void> {
  if (signal.aborted) return;
  const told = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => told.resolve(), { once: true });
  try {
    await (service.closed === undefined ? told.promise : Promise.race([told.promise, service.closed]));
  } catch (error) {
    fail(logger, service.name, error);
  }
}

function fail(logger: Logger, name: string, error: unknown): void {
  process.exitCode = 1;
  if (error instanceof ConfigError) logger.error({ name, reason: error.message }, "configuration is wrong");
  else logger.error({ name, error }, "service failed");
}

function watchProcess(
  stop: AbortController,
  { logger, onCrash, forcedExit }: Required<Omit<RunServiceOptions, "name">> & { forcedExit: ForcedExit },
): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(130);
    logger.info({ signal }, "stopping");
    forcedExit.arm();
    stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const unwatchFaults = watchFaults({ logger, onCrash });
  return () => {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    unwatchFaults();
  };
}

interface ForcedExit {
  /** What closing may take, from when it is armed. */
  closeMs: number;
  arm(): void;
}

function createForcedExit(logger: Logger): ForcedExit {
  const forcedExit = {
    closeMs: defaultCloseMs,
    arm() {
      const afterMs = forcedExit.closeMs + endMs;
      setTimeout(() => {
        logger.error({ afterMs }, "did not end in time, ending by force");
        process.exit(1);
      }, afterMs).unref();
    },
  };
  return forcedExit;
}
