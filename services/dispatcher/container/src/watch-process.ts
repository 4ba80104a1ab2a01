import type { Logger } from "@gastown/telemetry";

interface WatchProcessOptions {
  logger: Logger;
  /** The process was asked to end. */
  stop: (reason: string) => void;
  /** What else stands in the lines about crashes. */
  also: () => object;
}

/**
 * From now on a rejected promise that nobody handles is an error in the log, with its stack and in its trace, and the process lives on:
 * what failed is one agent's, or one request. An exception that nobody catches ends it with code 1: what it left half done is unknown
 * (kilo-container-api §1.2). The dispatcher sees that, ends what this process started and begins another.
 */
export function watchProcess({ logger, stop, also }: WatchProcessOptions): void {
  const fields = (error: unknown): object => ({
    error: error instanceof Error ? error : String(error),
    uptimeMs: Math.round(process.uptime() * 1_000),
    ...also(),
  });
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.on("unhandledRejection", (error) => logger.error(fields(error), "a rejected promise was not handled"));
  process.on("uncaughtException", (error) => {
    logger.error(fields(error), "an exception was not caught");
    process.exit(1);
  });
}
