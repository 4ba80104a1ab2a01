import type { StartDetails, StartPhase } from "@gastown/contracts";
import { span } from "@gastown/telemetry";
import { startFailureOf } from "../runtime/start-error.ts";

/** Measures the phases of one start. */
export interface StartClock {
  /** Runs a phase in a span of its own (`agent.start <phase>`) and measures it; the signal ends it before it begins. */
  phase<T>(phase: StartPhase, fn: () => Promise<T> | T): Promise<T>;
  /** What is known up to now. */
  details(used: { prewarmed: boolean; resumed: boolean }): StartDetails;
  /** The same for a start that failed: in the phase that was under way. */
  failed(error: unknown): StartDetails;
}

function since(from: number): number {
  return Math.round(performance.now() - from);
}

/** The start begins now. */
export function createStartClock(signal: AbortSignal): StartClock {
  const begun = performance.now();
  const phases: StartDetails["phases"] = {};
  let current: StartPhase = "workspace";
  return {
    phase: (phase, fn) =>
      span(`agent.start ${phase}`, {}, async () => {
        signal.throwIfAborted();
        current = phase;
        const from = performance.now();
        try {
          return await fn();
        } finally {
          phases[phase] = since(from);
        }
      }),
    details: (used) => ({ phases, totalMs: since(begun), ...used, failure: null }),
    failed: (error) => ({
      phases,
      totalMs: since(begun),
      prewarmed: false,
      resumed: false,
      failure: { phase: current, kind: startFailureOf(error) },
    }),
  };
}
