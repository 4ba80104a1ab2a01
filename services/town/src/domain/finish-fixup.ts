import type { DataOf, agentDone } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Issue, MergeRequest } from "./bead.ts";
import { isEnded } from "./bead.ts";
import type { Change } from "./change.ts";
import { restAgent } from "./endings.ts";
import { applied, refused, type Decided } from "./input.ts";
import { mergeRequestOf, type TownState } from "./state.ts";

type Done = DataOf<typeof agentDone>;

/**
 * The repair is closed, and its merge request waits for the forge to tell of the new head. Refused when nothing new was pushed: the
 * same head would only come back (W21).
 */
export function finishFixup(state: TownState, working: { agent: Agent; issue: Issue }, data: Done): Decided {
  const { agent, issue } = working;
  const { bead, fixup } = issue;
  const { head, summary } = data;
  const request = mergeRequestOf(state, fixup?.request ?? "");
  const refusal = refuseRepair(issue, data, request);
  if (refusal !== null) return refusal;
  // Without a head it was refused; what is over waits for none.
  const repaired = head === undefined || request === undefined || isEnded(request) ? [] : [{ request, head }];
  const reason = `${agent.name} repaired it`;
  const changes: Change[] = [
    { type: "bead.status-changed", bead, from: issue.status, to: "closed", reason },
    ...repaired.map((of): Change => {
      return { type: "fixup.completed", bead: of.request.bead, fixup: bead, head: of.head, summary };
    }),
    ...restAgent(agent, bead, reason),
  ];
  return applied(changes, { bead, mergeRequest: fixup?.request ?? null });
}

/** A repair that is not where it belongs, or is just what came back. */
function refuseRepair({ bead, branch }: Issue, data: Done, request: MergeRequest | undefined): Decided | null {
  if (data.branch !== undefined && data.branch !== branch) {
    return refused("invalid", `branch: ${bead} repairs ${branch}; push to it and hand in again`);
  }
  if (data.head === undefined) return refused("invalid", "head: say which commit was pushed");
  if (data.head !== request?.request.reworkedHead) return null;
  const hint = "commit a change (an empty commit runs the checks again), push it, and hand it in again";
  return refused("wrong_state", `nothing new was pushed: ${data.head} is the commit that came back; ${hint}`);
}
