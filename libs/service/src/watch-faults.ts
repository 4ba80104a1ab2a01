import type { Logger } from "@gastown/telemetry";

interface WatchFaultsOptions {
  logger: Logger;
  /** What else stands in the lines; nothing by default. */
  also?: () => object;
  /** Tells others, in a bounded time, that this ends the process; by default nobody is told. */
  onCrash?: (error: unknown) => Promise<void>;
}

/**
 * From now on a rejected promise that nobody handles is an error in the log, with its stack and in its trace, and the process lives on:
 * what failed is one request's, one message's or one agent's. An exception that nobody catches ends it with code 1: what it left half done
 * is unknown, and the next start repairs it (kilo-container-api §1.2). Answers what ends the watching.
 */
export function watchFaults({
  logger,
  also = () => ({}),
  onCrash = () => Promise.resolve(),
}: WatchFaultsOptions): () => void {
  const fields = (error: unknown): object => ({
    error: error instanceof Error ? error : String(error),
    uptimeMs: Math.round(process.uptime() * 1_000),
    ...also(),
  });
  const onRejection = (error: unknown) => logger.error(fields(error), "a rejected promise was not handled");
  const onException = (thrown: unknown) => {
    logger.error(fields(thrown), "an exception was not caught");
    void onCrash(thrown).finally(() => process.exit(1));
  };
  process.on("unhandledRejection", onRejection).on("uncaughtException", onException);
  return () => void process.off("unhandledRejection", onRejection).off("uncaughtException", onException);
}
