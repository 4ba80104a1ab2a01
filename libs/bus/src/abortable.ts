/** Resolves after `ms` milliseconds, or as soon as the signal aborts: the caller looks at the signal. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** A signal that aborts after `ms` milliseconds unless it is cleared before, so that no timer is left that fires for nothing. */
export function deadline(ms: number): { signal: AbortSignal; clear: () => void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`not done within ${ms} ms`)), ms);
  return { signal: over.signal, clear: () => clearTimeout(timer) };
}

/** The promise's own outcome, or the signal's reason thrown when that comes first. The work itself is not stopped. */
export async function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Calls `fn` once, when the signal aborts or at once when it has; the answer takes it back. */
export function onAbort(signal: AbortSignal, fn: () => void): () => void {
  if (signal.aborted) fn();
  else signal.addEventListener("abort", fn, { once: true });
  return () => signal.removeEventListener("abort", fn);
}
