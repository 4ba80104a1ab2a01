/** Lets so many run at once; the others wait their turn. */
export interface Slots {
  /** Runs `work` when there is a free slot. Throws the signal's reason when it aborts before that. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** `count` slots. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const acquire = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free--;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const give = (): void => turn.resolve();
    const leave = (): void => {
      // Whoever was given the slot already keeps it; the others stand in the queue no more.
      const place = waiting.indexOf(give);
      if (place === -1) return;
      waiting.splice(place, 1);
      turn.reject(signal.reason as Error);
    };
    waiting.push(give);
    signal.addEventListener("abort", leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    async run(signal, work) {
      await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
