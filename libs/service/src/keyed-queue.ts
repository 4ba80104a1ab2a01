import type { Logger } from "@gastown/telemetry";

const firstBackoffMs = 200;
const longestBackoffMs = 30_000;
const longestTimerMs = 2 ** 31 - 1;

export interface KeyedQueueOptions {
  /** Looks at one key. `againAt` is when looking again could change anything; a throw is tried again with back-off. */
  run: (key: string, signal: AbortSignal) => Promise<{ againAt?: Date | undefined } | void>;
  /** How many keys are looked at at once; one key never twice at once. */
  concurrency: number;
  logger: Logger;
}

export interface KeyedQueue {
  /** Makes the key due now, or at a time. Waiting keys are not doubled, the earliest time wins; a key added while it runs runs again. */
  add(key: string, at?: Date): void;
  /** Resolves when nothing runs and nothing is due now; keys due later, and failed ones in back-off, still wait. */
  drain(): Promise<void>;
  /** Forgets what waits, aborts the signal of what runs and resolves when that has ended. */
  close(): Promise<void>;
}

interface State extends KeyedQueueOptions {
  due: Map<string, number>;
  running: Set<string>;
  failures: Map<string, number>;
  idle: Set<() => void>;
  stop: AbortController;
  timer: NodeJS.Timeout | undefined;
}

/** A queue of keys to look at (level-triggered: a key says where to look, never what happened). */
export function createKeyedQueue(options: KeyedQueueOptions): KeyedQueue {
  const state: State = {
    ...options,
    due: new Map(),
    running: new Set(),
    failures: new Map(),
    idle: new Set(),
    stop: new AbortController(),
    timer: undefined,
  };
  return {
    add: (key, at) => {
      enqueue(state, key, at?.getTime() ?? Date.now());
      pump(state);
    },
    drain: () => untilIdle(state),
    close: () => {
      state.due.clear();
      state.stop.abort();
      clearTimeout(state.timer);
      return untilIdle(state);
    },
  };
}

function enqueue(state: State, key: string, at: number): void {
  if (!state.stop.signal.aborted) state.due.set(key, Math.min(at, state.due.get(key) ?? Infinity));
}

function pump(state: State): void {
  clearTimeout(state.timer);
  const now = Date.now();
  const startable = [...state.due].filter(([key]) => !state.running.has(key)).toSorted((a, b) => a[1] - b[1]);
  for (const [key, at] of startable) {
    if (state.running.size >= state.concurrency) break;
    if (at > now) {
      state.timer = setTimeout(() => pump(state), Math.min(at - now, longestTimerMs));
      break;
    }
    void look(state, key);
  }
  if (!isIdle(state, now)) return;
  for (const tell of state.idle) tell();
  state.idle.clear();
}

async function look(state: State, key: string): Promise<void> {
  state.due.delete(key);
  state.running.add(key);
  try {
    const answer = await state.run(key, state.stop.signal);
    state.failures.delete(key);
    if (answer?.againAt !== undefined) enqueue(state, key, answer.againAt.getTime());
  } catch (error) {
    const failures = (state.failures.get(key) ?? 0) + 1;
    const afterMs = Math.min(firstBackoffMs * 2 ** (failures - 1), longestBackoffMs);
    state.failures.set(key, failures);
    if (!state.stop.signal.aborted) state.logger.warn({ key, error, failures, afterMs }, "look failed, trying again");
    enqueue(state, key, Date.now() + afterMs);
  } finally {
    state.running.delete(key);
    pump(state);
  }
}

function isIdle(state: State, now: number): boolean {
  return state.running.size === 0 && [...state.due.values()].every((at) => at > now);
}

function untilIdle(state: State): Promise<void> {
  if (isIdle(state, Date.now())) return Promise.resolve();
  return new Promise((resolve) => state.idle.add(resolve));
}
