import { setTimeout as delay } from "node:timers/promises";

/** How long `eventually` tries, and what it says when that was not enough. */
export interface EventuallyOptions {
  timeoutMs?: number;
  message?: string;
}

/** What counts as an answer: not null, not false. */
type Answer<T> = Exclude<T, null | false>;

/**
 * Calls `fn` until it neither throws nor answers something false, and gives its answer.
 * Throws the last failure when the time (30 s by default, for machines that have much else to do) is over. A void answer counts as done: `expect` throws.
 */
export async function eventually<T>(fn: () => Promise<T> | T, options: EventuallyOptions = {}): Promise<Answer<T>> {
  const { timeoutMs = 30_000, message = "it did not become true" } = options;
  const end = Date.now() + timeoutMs;
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 200)) {
    const attempt = await tryOnce(fn);
    if (attempt.done) return attempt.value;
    if (Date.now() >= end) throw new Error(`${message} within ${timeoutMs} ms`, { cause: attempt.cause });
    await delay(pause);
  }
}

type Attempt<T> = { done: true; value: Answer<T> } | { done: false; cause: unknown };

async function tryOnce<T>(fn: () => Promise<T> | T): Promise<Attempt<T>> {
  try {
    const value = await fn();
    if (value === false || value === null) return { done: false, cause: value };
    return { done: true, value: value as Answer<T> };
  } catch (cause) {
    return { done: false, cause };
  }
}
