import type { AgentEvent } from "../agent-runtime.ts";

/** Events that are told to whoever listens at the moment. */
export interface EventStream {
  tell(events: readonly AgentEvent[]): void;
  /** What is told from now on, until the signal aborts. */
  listen(signal: AbortSignal): AsyncIterable<AgentEvent>;
}

/** Nobody listens yet. */
export function createEventStream(): EventStream {
  const listeners = new Set<(events: readonly AgentEvent[]) => void>();

  async function* listen(signal: AbortSignal): AsyncGenerator<AgentEvent> {
    let waiting: AgentEvent[] = [];
    let woken = Promise.withResolvers<void>();
    const wake = (): void => woken.resolve();
    const add = (events: readonly AgentEvent[]): void => {
      waiting.push(...events);
      wake();
    };
    listeners.add(add);
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        await woken.promise;
        woken = Promise.withResolvers();
        const told = waiting;
        waiting = [];
        yield* told;
      }
    } finally {
      listeners.delete(add);
      signal.removeEventListener("abort", wake);
    }
  }
  return {
    tell(events) {
      for (const listener of listeners) listener(events);
    },
    listen,
  };
}
