import { watchFaults } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";

interface WatchProcessOptions {
  logger: Logger;
  /** The process was asked to end. */
  stop: (reason: string) => void;
  /** What else stands in the lines about crashes. */
  also: () => object;
}

/** From now on `stop` hears of the signals to end, and faults that nobody handles are dealt with as in every service. */
export function watchProcess({ logger, stop, also }: WatchProcessOptions): void {
  process.on("SIGTERM", stop).on("SIGINT", stop);
  watchFaults({ logger, also });
}
