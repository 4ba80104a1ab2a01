/** What the rules that keep a town from running away ask for. `rig` null: the town. */
export type SafetyDecision =
  | { readonly do: "open-breaker"; readonly rig: string | null; readonly failures: number }
  | { readonly do: "close-breaker"; readonly rig: string | null }
  | {
      readonly do: "exceed-budget";
      readonly scope: "bead" | "convoy" | "town";
      readonly bead: string | null;
      readonly budget: string;
      readonly limit: number;
    }
  | { readonly do: "restore-budget"; readonly scope: "bead" | "convoy" | "town"; readonly bead: string | null }
  | { readonly do: "begin-budget-period" }
  /** The setbacks of a bead are told to people once. */
  | { readonly do: "tell-setbacks"; readonly bead: string };
