/** Lets one at a time in, per key, in the order of asking. */
export interface Mutex {
  /** Runs `fn` when all earlier ones of the key have ended, whether they failed or not; its outcome is the answer. */
  withKey<T>(key: string, fn: () => Promise<T> | T): Promise<T>;
}

/** A mutex per key, within this process. */
export function createMutex(): Mutex {
  const tails = new Map<string, Promise<void>>();
  return {
    async withKey(key, fn) {
      const before = tails.get(key);
      const { promise: tail, resolve: release } = Promise.withResolvers<void>();
      tails.set(key, tail);
      try {
        await before;
        return await fn();
      } finally {
        release();
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}
