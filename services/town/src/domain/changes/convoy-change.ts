import type { PrState } from "@gastown/contracts";

/** What happens to convoys, to landings and to pull requests without an author. `bead` is the convoy or merge request. */
export type ConvoyChange =
  | { readonly type: "convoy.created"; readonly bead: string }
  | { readonly type: "convoy.started"; readonly bead: string }
  | {
      readonly type: "convoy.changed";
      readonly bead: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly type: "convoy.progressed"; readonly bead: string; readonly closed: number; readonly failed: number }
  /** The forge was asked to make its feature branch in a rig. */
  | { readonly type: "branch.asked"; readonly bead: string; readonly rig: string }
  | {
      readonly type: "branch.reported";
      readonly bead: string;
      readonly rig: string;
      readonly state: "ready" | "failed";
      readonly reason: string | null;
    }
  | {
      readonly type: "landing.requested";
      readonly bead: string;
      readonly rig: string;
      readonly request: string;
      readonly attempt: number;
    }
  | { readonly type: "landing.landed"; readonly bead: string; readonly rig: string }
  /** Its landing waits for a person: no further attempt is made (W5). */
  | { readonly type: "landing.suppressed"; readonly bead: string; readonly rig: string; readonly attempt: number }
  | { readonly type: "convoy.landed"; readonly bead: string; readonly partial: boolean }
  | { readonly type: "convoy.failed"; readonly bead: string; readonly code: string; readonly reason: string }
  | {
      readonly type: "approval.awaited";
      readonly bead: string;
      readonly source: string | null;
      readonly since: number;
      readonly causes: readonly string[];
    }
  | {
      readonly type: "approval.resolved";
      readonly bead: string;
      readonly source: string | null;
      readonly waitedMs: number;
      readonly state: PrState;
    }
  /** It waits for a person although the forge does not say so: the forge refused it, or repairs did not help. */
  | {
      readonly type: "request.stuck";
      readonly bead: string;
      readonly code: string;
      readonly reason: string;
      /** The head it is about; null: whatever the head. */
      readonly head: string | null;
    }
  /** A person sent it on. */
  | { readonly type: "request.freed"; readonly bead: string }
  | {
      readonly type: "fixup.requested";
      readonly bead: string;
      readonly fixup: string;
      readonly why: "conflict" | "feedback" | "rework";
      readonly head: string;
    }
  /** Its repair was pushed: the forge is to tell of the new head. */
  | {
      readonly type: "fixup.completed";
      readonly bead: string;
      readonly fixup: string;
      readonly head: string;
      readonly summary: string;
    }
  /** The branches of an adopted pull request are these. */
  | {
      readonly type: "adoption.told";
      readonly bead: string;
      readonly branch: string;
      readonly target: string;
    };
