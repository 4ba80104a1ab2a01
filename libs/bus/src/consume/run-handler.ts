import type { Logger } from "@gastown/telemetry";
import { onAbort, pause } from "../abortable.ts";
import { isOutage } from "./is-outage.ts";
import type { CommandMessage, Handler, Outcome } from "./outcome.ts";

export interface RunOptions {
  handle: Handler;
  /** How long a handler may take, in milliseconds; its signal aborts at half of it. */
  limitMs: number;
  /** The waits between attempts while a dependency is away; the last one repeats. */
  delaysMs: readonly number[];
  logger: Logger;
  /** The service's. */
  signal: AbortSignal;
  /** Told what the shard waits for, and null when it goes on. */
  onWait: (reason: string | null) => void;
}

/**
 * The handler's outcome. What it throws is a retry, and so is not ending in time: its database transaction is what keeps a late end
 * harmless. While a dependency is away the handler is asked again and again here, so that an outage makes no dead letters.
 */
export async function runHandler(message: Omit<CommandMessage, "signal">, options: RunOptions): Promise<Outcome> {
  const { delaysMs, logger, signal, onWait } = options;
  for (let attempt = 0; ; attempt++) {
    const outcome = await attemptOnce(message, options);
    if (outcome.outcome !== "retry" || !isOutage(outcome.error) || signal.aborted) {
      onWait(null);
      return outcome;
    }
    const reason = reasonOf(outcome.error);
    onWait(reason);
    logger.warn({ command: message.envelope.id, attempt, reason }, "a dependency is away, the command waits");
    await pause(delaysMs[Math.min(attempt, delaysMs.length - 1)] ?? 0, signal);
  }
}

/** The text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function attemptOnce(message: Omit<CommandMessage, "signal">, options: RunOptions): Promise<Outcome> {
  const { handle, limitMs, signal } = options;
  const late = Promise.withResolvers<Outcome>();
  const budget = createBudget(signal);
  const tooLong = (): Error => new Error(`the handler did not end within ${limitMs} ms`);
  let timer = setTimeout(() => {
    budget.end(tooLong());
    timer = setTimeout(() => late.resolve({ outcome: "retry", error: tooLong() }), limitMs / 2);
  }, limitMs / 2);
  try {
    return await Promise.race([handle(withSignal(message, budget)), late.promise]);
  } catch (thrown) {
    return { outcome: "retry", error: thrown };
  } finally {
    clearTimeout(timer);
    budget.close();
  }
}

/** The time a handler has. Its signal is only made when it is asked for, which few handlers do. */
interface Budget {
  signal(): AbortSignal;
  end(reason: Error): void;
  close(): void;
}

function createBudget(service: AbortSignal): Budget {
  let controller: AbortController | undefined;
  let ended: Error | undefined;
  let ignore: (() => void) | undefined;
  const make = (): AbortController => {
    const made = new AbortController();
    if (ended === undefined) ignore = onAbort(service, () => made.abort(service.reason));
    else made.abort(ended);
    return made;
  };
  return {
    signal: () => (controller ??= make()).signal,
    end(reason) {
      ended = reason;
      controller?.abort(reason);
    },
    close: () => ignore?.(),
  };
}

function withSignal(message: Omit<CommandMessage, "signal">, budget: Budget): CommandMessage {
  return {
    ...message,
    get signal() {
      return budget.signal();
    },
  };
}
