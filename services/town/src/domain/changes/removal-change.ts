import type { BeadType } from "@gastown/contracts";
import type { Rig } from "../rig.ts";

/** What people change of rigs, and what they delete. */
export type RemovalChange =
  | {
      readonly type: "rig.updated";
      readonly rig: string;
      readonly changed: Partial<
        Pick<
          Rig,
          "policyOverride" | "model" | "models" | "instructions" | "env" | "check" | "requiredApprovals" | "merge"
        >
      >;
    }
  | { readonly type: "rig.removed"; readonly rig: string }
  /** The bead, and if it is an agent's the agent with its nudges, are gone; nothing refers to it any more. */
  | { readonly type: "bead.deleted"; readonly bead: string; readonly beadType: BeadType }
  /** There is no town any more, nor anything in it. */
  | { readonly type: "town.deleted"; readonly by: string };
