/** So many at once, in the order they came. */
export interface Semaphore {
  /** Resolves with the way to give the place back. Rejects with the signal's reason when that comes first. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

/** A semaphore with this many places. */
export function createSemaphore(places: number): Semaphore {
  let free = places;
  const waiting = new Set<() => void>();
  const give = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  return {
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (free > 0) {
          free -= 1;
          resolve(once(give));
          return;
        }
        const turn = () => {
          waiting.delete(turn);
          signal.removeEventListener("abort", leave);
          resolve(once(give));
        };
        const leave = () => {
          waiting.delete(turn);
          reject(signal.reason as Error);
        };
        waiting.add(turn);
        signal.addEventListener("abort", leave, { once: true });
      }),
  };
}

function once(fn: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    fn();
  };
}
