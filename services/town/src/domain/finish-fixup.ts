import type { DataOf, agentDone } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Issue } from "./bead.ts";
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
  const { bead, branch, fixup } = issue;
  if (data.branch !== undefined && data.branch !== branch) {
    return refused("invalid", `branch: ${bead} repairs ${branch}; push to it and hand in again`);
  }
  if (data.head === undefined) return refused("invalid", "head: say which commit was pushed");
  const request = fixup === null ? undefined : mergeRequestOf(state, fixup.request);
  const back = request?.request.reworkedHead ?? null;
  if (data.head === back) {
    const hint = "commit a change (an empty commit runs the checks again), push it, and hand it in again";
    return refused("wrong_state", `nothing new was pushed: ${back} is the commit that came back; ${hint}`);
  }
  const reason = `${agent.name} repaired it`;
  const pushed: Change[] =
    request === undefined || isEnded(request)
      ? []
      : [{ type: "fixup.completed", bead: request.bead, fixup: bead, head: data.head, summary: data.summary }];
  const changes: Change[] = [
    { type: "bead.status-changed", bead, from: issue.status, to: "closed", reason },
    ...pushed,
    ...restAgent(agent, bead, reason),
  ];
  return applied(changes, { bead, mergeRequest: fixup?.request ?? null });
}
