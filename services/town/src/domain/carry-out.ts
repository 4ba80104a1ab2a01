import { beadDecisions } from "./carry-out/bead-decisions.ts";
import { agentDecisions } from "./carry-out/agent-decisions.ts";
import { careDecisions } from "./carry-out/care-decisions.ts";
import { convoyDecisions } from "./carry-out/convoy-decisions.ts";
import { helpDecisions } from "./carry-out/help-decisions.ts";
import { mayorDecisions } from "./carry-out/mayor-decisions.ts";
import { requestDecisions } from "./carry-out/request-decisions.ts";
import { safetyDecisions } from "./carry-out/safety-decisions.ts";
import type { By, CarryOut } from "./carry-out/carried.ts";
import type { Change } from "./change.ts";
import type { Decision } from "./decision.ts";
import type { TownState } from "./state.ts";

const table: CarryOut<Decision["do"]> = {
  ...beadDecisions,
  ...agentDecisions,
  ...requestDecisions,
  ...convoyDecisions,
  ...careDecisions,
  ...helpDecisions,
  ...mayorDecisions,
  ...safetyDecisions,
};

/** The changes that make a decision true of the state it was made on. Throws when the state is another one. */
export function carryOut(state: TownState, decision: Decision, by: By): Change[] {
  const changesOf = table[decision.do] as (state: TownState, decision: Decision, by: By) => Change[];
  return changesOf(state, decision, by);
}
