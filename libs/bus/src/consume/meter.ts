/** How much was done in this second or the one before, whichever was more. */
export interface Load {
  /** How much was begun. */
  readonly perSecond: number;
  /** How much was under way at the same time, at most. */
  readonly atOnce: number;
}

/** Counts what is done, to say how much of it there is. */
export interface Meter {
  during<T>(fn: () => Promise<T>): Promise<T>;
  load(): Load;
}

export function createMeter(clock: () => number = Date.now): Meter {
  let second = 0;
  let now: Load = { perSecond: 0, atOnce: 0 };
  let before = now;
  let running = 0;
  const turn = (): void => {
    const current = Math.floor(clock() / 1_000);
    if (current === second) return;
    const still = { perSecond: 0, atOnce: running };
    before = current === second + 1 ? now : still;
    now = still;
    second = current;
  };
  return {
    async during(fn) {
      turn();
      running++;
      now = { perSecond: now.perSecond + 1, atOnce: Math.max(now.atOnce, running) };
      try {
        return await fn();
      } finally {
        running--;
      }
    },
    load() {
      turn();
      return {
        perSecond: Math.max(now.perSecond, before.perSecond),
        atOnce: Math.max(now.atOnce, before.atOnce),
      };
    },
  };
}
