/** What the rules about escalations, triage and molecules ask for. */
export type HelpDecision =
  | { readonly do: "re-raise"; readonly bead: string }
  | { readonly do: "send-triage"; readonly rig: string; readonly beads: readonly string[] }
  | { readonly do: "end-triage-batch"; readonly bead: string; readonly reason: string }
  | { readonly do: "end-molecule"; readonly bead: string; readonly to: "closed" | "failed"; readonly reason: string };
