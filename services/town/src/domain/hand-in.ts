import type { DataOf, agentDone } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Issue, MergeRequest } from "./bead.ts";
import type { Change } from "./change.ts";
import { escalate, failIssue, restAgent } from "./endings.ts";
import { applied, refused, type Context, type Decided } from "./input.ts";
import { newMergeRequest } from "./new-bead.ts";
import { baseBranch } from "./rig.ts";
import { convoyOf, liveRequestsFor, type TownState } from "./state.ts";

type Done = DataOf<typeof agentDone>;
interface Working {
  readonly agent: Agent;
  readonly issue: Issue;
}

/** The work item is in review with one live merge request, the one it had if it had one; the polecat is idle. */
export function handIn(state: TownState, { agent, issue }: Working, given: { data: Done; context: Context }): Decided {
  const { data, context } = given;
  const old = liveRequestsFor(state, issue.bead)[0];
  // A bead in progress has its branch since its first dispatch.
  const branch = issue.branch ?? data.branch ?? "";
  const refusal = refuseWork(issue, data, { branch, back: old?.request.reworkedHead ?? null });
  if (refusal !== null) return refusal;
  const request = old ?? newRequest(state, { issue, branch, context });
  const reason = `${agent.name} handed it in`;
  const changes: Change[] = [
    ...(old === undefined ? [{ type: "bead.created", bead: request } as const] : []),
    { type: "work.handed-in", bead: issue.bead, request: request.bead, head: data.head ?? null, summary: data.summary },
    { type: "bead.status-changed", bead: issue.bead, from: issue.status, to: "in_review", reason },
    ...restAgent(agent, issue.bead, reason),
  ];
  return applied(changes, { bead: issue.bead, mergeRequest: request.bead });
}

/** Work that is not where it belongs, or is just what came `back`. */
function refuseWork(
  issue: Issue,
  data: Done,
  { branch, back }: { branch: string; back: string | null },
): Decided | null {
  if (data.branch !== undefined && data.branch !== branch) {
    const message = `branch: the work on ${issue.bead} belongs on ${branch}; push it there and hand it in again`;
    return refused("invalid", message);
  }
  if (data.head !== undefined && data.head === back) {
    const hint = "commit a change (an empty commit runs the checks again), push it, and hand it in again";
    return refused("wrong_state", `nothing new was pushed: ${back} is the commit that came back; ${hint}`);
  }
  return null;
}

function newRequest(state: TownState, made: { issue: Issue; branch: string; context: Context }): MergeRequest {
  const { issue, branch, context } = made;
  const rig = state.rigs.get(issue.rig ?? "");
  const gathered = issue.convoy === null ? null : (convoyOf(state, issue.convoy)?.branch ?? null);
  // A convoy's work is gathered on its feature branch first (kilo-town §1.6).
  const target = gathered ?? (rig === undefined ? "main" : baseBranch(rig));
  return newMergeRequest(state, { source: issue, branch, target, actor: context.actor, now: context.now });
}

/** The work item has failed because its polecat says that it cannot be done; people are told. */
export function giveUp(state: TownState, { agent, issue }: Working, given: { data: Done; context: Context }): Decided {
  const message = given.data.summary === "" ? `${agent.name} gave up without saying why` : given.data.summary;
  const changes = [
    ...failIssue(state, issue, { code: "agent_failed", message }),
    ...restAgent(agent, issue.bead, "it gave up"),
    ...escalate(state, issue, {
      title: `${issue.bead} failed: ${agent.name} gave up`,
      body: message,
      ...given.context,
    }),
  ];
  return applied(changes, { bead: issue.bead });
}
