/** What the rules about escalations, triage and molecules ask for. */
export type HelpDecision =
  | { readonly do: "re-raise"; readonly bead: string }
  /** `beads`: the escalations the mayor has mail about then. */
  | { readonly do: "tell-mayor"; readonly agent: string; readonly beads: readonly string[] }
  /** `beads`: the triage requests that are in it. */
  | { readonly do: "send-triage"; readonly rig: string; readonly beads: readonly string[] }
  /** There is nothing to decide any more. */
  | { readonly do: "close-triage"; readonly bead: string; readonly reason: string }
  /** `beads`: its steps that have not ended, which end as it does. */
  | {
      readonly do: "end-molecule";
      readonly bead: string;
      readonly beads: readonly string[];
      readonly to: "closed" | "failed";
      readonly reason: string;
    };
