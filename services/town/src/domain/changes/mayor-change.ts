import type { MayorDecision, MayorStatus } from "@gastown/contracts";

/** What happens to a town's mayor, and to the models of all agents. */
export type MayorChange =
  /** Somebody opened the town, and this was decided (kilo-town §7.1). */
  | {
      readonly type: "mayor.ensured";
      readonly agent: string;
      readonly decisions: readonly MayorDecision[];
      readonly status: MayorStatus;
    }
  /** It is to run though nothing is to be said to it; or not any more. */
  | { readonly type: "mayor.wanted"; readonly agent: string; readonly wanted: boolean }
  /** It was sent: nobody's attempt, because it works on no bead. */
  | { readonly type: "mayor.dispatched"; readonly agent: string; readonly generation: number }
  /** Its start has ended. `setback`: by itself, or it never ran. `cutOff`: in the middle of a turn. */
  | { readonly type: "mayor.ended"; readonly agent: string; readonly setback: boolean; readonly cutOff: boolean }
  /** The dispatcher was asked to give its start another model; null: the installation's. */
  | { readonly type: "agent.model-asked"; readonly agent: string; readonly model: string | null }
  | {
      readonly type: "agent.model-reported";
      readonly agent: string;
      readonly wished: string | null;
      /** What its next turn has; null when nobody knows. */
      readonly model: string | null;
      readonly failure: string | null;
    };
