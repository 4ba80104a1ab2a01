const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** A process that was up this long has shown that it can: what was before is forgotten. */
const provenMs = 10_000;
/** With the waits between them more than three minutes, in which a machine that was short of something has had its chance. */
const mostFailedStarts = 10;

/** When a process that ends again and again is started again. */
export interface RestartPlan {
  /** How long to wait, in ms, after a run that was up for `upMs` (null: it never came up); null: it is given up. */
  afterRun(upMs: number | null): number | null;
}

/**
 * Waits of one second, doubled up to half a minute each time that the process ended soon. Ten in a row that did not even come up are the
 * end: what is in their way does not go away by itself. Pure.
 */
export function createRestartPlan(): RestartPlan {
  let quickEnds = 0;
  let failedStarts = 0;
  return {
    afterRun(upMs) {
      failedStarts = upMs === null ? failedStarts + 1 : 0;
      quickEnds = upMs !== null && upMs >= provenMs ? 1 : quickEnds + 1;
      return failedStarts >= mostFailedStarts ? null : Math.min(firstWaitMs * 2 ** (quickEnds - 1), longestWaitMs);
    },
  };
}
