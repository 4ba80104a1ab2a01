import type { Spent } from "@gastown/contracts";

/** What happens when work is stopped so that nothing runs away. */
export type SafetyChange =
  | { readonly type: "town.stopped"; readonly by: string; readonly reason: string }
  | { readonly type: "town.thawed"; readonly by: string }
  /** A dispatch ended without anything: what the breaker counts (W7). */
  | { readonly type: "attempt.failed"; readonly bead: string; readonly rig: string }
  | {
      readonly type: "breaker.opened";
      readonly rig: string | null;
      readonly failures: number;
      readonly windowMs: number;
    }
  | { readonly type: "breaker.closed"; readonly rig: string | null }
  | {
      readonly type: "budget.exceeded";
      readonly scope: "bead" | "convoy" | "town";
      /** The bead, convoy or town. */
      readonly id: string;
      readonly budget: string;
      readonly limit: number;
      readonly spent: Spent;
    }
  /** There is room again: should it be used up once more, people are told once more. */
  | { readonly type: "budget.restored"; readonly scope: "bead" | "convoy" | "town"; readonly id: string }
  | { readonly type: "budget.period-began" };
