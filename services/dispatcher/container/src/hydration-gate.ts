import type { Logger } from "@gastown/telemetry";

/**
 * Holds back what would change an agent until what is known of earlier ones is in place: starts, new credentials and changes of a
 * model wait, nothing else does (kilo-container-api §1.4). It always opens: by itself when the time is over (§12.13).
 */
export interface HydrationGate {
  /** Resolves when it is open; throws the signal's reason when that aborts first. */
  passed(signal: AbortSignal): Promise<void>;
  open(): void;
}

/** Closed, and open after `boundMs` at the latest. */
export function createHydrationGate({ boundMs, logger }: { boundMs: number; logger: Logger }): HydrationGate {
  const opened = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    logger.warn({ boundMs }, "hydration takes too long: starts do not wait for it any more");
    opened.resolve();
  }, boundMs);
  timer.unref();
  return {
    open() {
      clearTimeout(timer);
      opened.resolve();
    },
    async passed(signal) {
      signal.throwIfAborted();
      const ended = Promise.withResolvers<never>();
      const end = (): void => ended.reject(signal.reason);
      signal.addEventListener("abort", end, { once: true });
      try {
        await Promise.race([opened.promise, ended.promise]);
      } finally {
        signal.removeEventListener("abort", end);
      }
    },
  };
}
