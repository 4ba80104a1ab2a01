import type { Spent } from "@gastown/contracts";

/** What happens when work is stopped so that nothing runs away. */
export type SafetyChange =
  | { readonly type: "town.stopped"; readonly by: string; readonly reason: string }
  | { readonly type: "town.thawed"; readonly by: string }
  /** The rules are to look, though nothing they see by itself has changed: somebody asks for it, or a budget is used up. */
  | { readonly type: "town.roused" }
  /** A dispatch ended without anything: what the breaker counts (W7). */
  | { readonly type: "attempt.failed"; readonly bead: string; readonly rig: string }
  /** Its run was ended by the town, which is no attempt: it goes on as if it had not been sent. */
  | { readonly type: "attempt.forgiven"; readonly bead: string }
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
