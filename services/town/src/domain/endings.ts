import type { Agent } from "./agent.ts";
import type { Failure, Issue, MergeRequest } from "./bead.ts";
import type { Change } from "./change.ts";
import { newEscalation } from "./new-bead.ts";
import { liveRequestsFor, type TownState } from "./state.ts";
import type { Trace } from "./trace.ts";

interface By {
  readonly actor: string;
  readonly now: number;
}

/** The agent has no bead and is idle; `bead` is the one it lets go. */
export function restAgent(agent: Agent, bead: string, reason: string): Change[] {
  const unhooked: Change = { type: "agent.unhooked", agent: agent.agent, bead };
  if (agent.status === "idle") return [unhooked];
  return [unhooked, { type: "agent.status-changed", agent: agent.agent, from: agent.status, to: "idle", reason }];
}

/** The merge request has ended without a merge. */
export function failRequest(request: MergeRequest, failure: Failure): Change {
  const { bead, status } = request;
  return { type: "bead.status-changed", bead, from: status, to: "failed", reason: failure.message, failure };
}

/** The work item has failed, and its merge requests with it. */
export function failIssue(state: TownState, issue: Issue, failure: Failure): Change[] {
  const reason = failure.message;
  const own: Change = {
    type: "bead.status-changed",
    bead: issue.bead,
    from: issue.status,
    to: "failed",
    reason,
    failure,
  };
  const because = { code: "source_failed", message: `${issue.bead} failed: ${failure.message}` };
  return [own, ...liveRequestsFor(state, issue.bead).map((request) => failRequest(request, because))];
}

/** People are asked for help with a bead: an escalation bead below it, in its trace. `bead` null: with a rig, or the town. */
export function escalate(
  state: TownState,
  about: { readonly rig: string | null; readonly bead: string | null; readonly trace: Trace },
  by: By & { readonly title: string; readonly body: string },
): Change[] {
  const { title, body, actor, now } = by;
  const severity = "high" as const;
  const bead = newEscalation(state, {
    rig: about.rig,
    title,
    body,
    parent: about.bead,
    trace: about.trace,
    actor,
    now,
    severity,
  });
  return [
    { type: "bead.created", bead },
    { type: "escalation.raised", bead: bead.bead, severity, title: bead.title },
  ];
}
