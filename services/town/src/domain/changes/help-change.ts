import type { Priority, TriageAction, TriageType } from "@gastown/contracts";

/** What happens to calls for help, to triage and to molecules. */
export type HelpChange =
  | { readonly type: "escalation.acknowledged"; readonly bead: string; readonly note: string }
  | {
      readonly type: "escalation.re-raised";
      readonly bead: string;
      readonly severity: Priority;
      readonly count: number;
    }
  /** The mayor has mail about them. */
  | { readonly type: "escalation.told"; readonly agent: string; readonly beads: readonly string[] }
  | {
      readonly type: "triage.requested";
      readonly bead: string;
      readonly kind: TriageType;
      readonly agent: string | null;
      readonly about: string | null;
    }
  /** They are in a batch that a polecat is sent to answer. */
  | { readonly type: "triage.batched"; readonly bead: string; readonly requests: readonly string[] }
  | {
      readonly type: "triage.resolved";
      readonly bead: string;
      readonly action: TriageAction;
      readonly notes: string;
      readonly agent: string | null;
      readonly about: string | null;
    }
  /** What was decided about a bead: that it may go out at once, and not first to who had it last. */
  | { readonly type: "triage.freed"; readonly bead: string; readonly atOnce: boolean; readonly elsewhere: boolean }
  | {
      readonly type: "molecule.created";
      readonly bead: string;
      readonly source: string;
      readonly formula: string;
      readonly steps: readonly string[];
    }
  | {
      readonly type: "molecule.advanced";
      readonly bead: string;
      /** The step's own bead. */
      readonly stepBead: string;
      readonly step: string;
      readonly outcome: "done" | "failed";
      readonly left: number;
      readonly notes: string;
    };
