import { ScmError } from "../forge.ts";
import { emptyBudgetMs, type Headers, type LimitHit } from "./rate-limit.ts";
import { createSemaphore } from "./semaphore.ts";

export type CallKind = "rest" | "graphql";

interface Turn {
  readonly kind: CallKind;
  readonly mutates: boolean;
  readonly signal: AbortSignal;
}

/** All calls of one installation pass here, because GitHub's limits are per installation (scm §1.10). */
export interface Lane {
  /** Runs `fn` when it is its turn. Throws `ScmError("rate")` without running it while GitHub wants to be left alone. */
  run<T>(turn: Turn, fn: () => Promise<T>): Promise<T>;
  /** GitHub refused a call because of a limit: answers for how long it is left alone, in milliseconds. */
  limited(kind: CallKind, hit: LimitHit): number;
  /** GitHub answered a call. */
  answered(kind: CallKind, headers: Headers): void;
}

/** scm §1.10: the plan per installation. */
const callsAtOnce = 4;
const writesAtOnce = 1;
/** Where GitHub does not say how long: a minute, doubling (scm §1.10), an hour at most, after which any budget is new. */
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/** The lane of an installation: at most four calls at once, one of them a change; silent while a limit holds. */
export function createLane(clock: () => number): Lane {
  const slots = createSemaphore(callsAtOnce);
  const writes = createSemaphore(writesAtOnce);
  const pausedUntil = { rest: 0, graphql: 0 };
  let unexplained = 0;
  const pass = (kind: CallKind) => {
    const retryAfterMs = pausedUntil[kind] - clock();
    if (retryAfterMs <= 0) return;
    const words = `GitHub's limit is reached; it is asked again in ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new ScmError("rate", words, { retryAfterMs });
  };
  const pause = (kinds: readonly CallKind[], ms: number) => {
    for (const kind of kinds) pausedUntil[kind] = Math.max(pausedUntil[kind], clock() + ms);
  };
  return {
    run: async ({ kind, mutates, signal }, fn) => {
      pass(kind);
      // The writers' place first: a writer that waits for another holds no place a reader could use.
      const given = mutates ? [await writes.acquire(signal)] : [];
      try {
        given.push(await slots.acquire(signal));
        pass(kind);
        return await fn();
      } finally {
        for (const give of given) give();
      }
    },
    limited: (kind, { scope, retryAfterMs }) => {
      const wanted = retryAfterMs ?? firstPauseMs * 2 ** unexplained;
      if (retryAfterMs === null) unexplained += 1;
      const ms = Math.min(Math.max(wanted, 1_000), longestPauseMs);
      pause(scope === "all" ? ["rest", "graphql"] : [kind], ms);
      return ms;
    },
    answered: (kind, headers) => {
      unexplained = 0;
      const emptyFor = emptyBudgetMs(headers, clock());
      if (emptyFor !== null) pause([kind], Math.min(emptyFor, longestPauseMs));
    },
  };
}
