/** Wakes a loop. Rung while nobody waits, the next wait ends at once; rung often, it ends once. */
export interface Bell {
  ring(): void;
  /** Resolves when rung, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) await untilWoken(ms, signal, (resolve) => (wake = resolve));
      wake = undefined;
      rung = false;
    },
  };
}

function untilWoken(ms: number, signal: AbortSignal, onWake: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    onWake(done);
  });
}
