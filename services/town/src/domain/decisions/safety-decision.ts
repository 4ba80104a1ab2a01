import type { BudgetName, BudgetScope } from "../budgets.ts";

/** What the rules that keep a town from running away ask for. `rig` null: the town. */
export type SafetyDecision =
  /** The work goes no further for now: its agent lets go of it and is stopped. It is no attempt. */
  | { readonly do: "call-back"; readonly bead: string; readonly agent: string | null; readonly reason: string }
  | { readonly do: "open-breaker"; readonly rig: string | null; readonly failures: number }
  | { readonly do: "close-breaker"; readonly rig: string | null }
  /** `bead` null: the town. People are told, once. */
  | {
      readonly do: "exceed-budget";
      readonly scope: BudgetScope;
      readonly bead: string | null;
      readonly budget: BudgetName;
      readonly limit: number;
    }
  | { readonly do: "restore-budget"; readonly scope: BudgetScope; readonly bead: string | null }
  | { readonly do: "begin-budget-period" };
