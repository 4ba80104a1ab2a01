/** What the agent was hooked to has its outcome, and the agent is idle; said by any other agent, nothing changes. */
import { agentDone as command, type DataOf } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Bead, Issue } from "../bead.ts";
import { finishFixup } from "../finish-fixup.ts";
import { finishIssue, refuseUnwalked } from "../finish-issue.ts";
import { failReview, finishReview } from "../finish-review.ts";
import { giveUp, handIn } from "../hand-in.ts";
import { defineInput, notFound, refused, refuseStranger, type Context, type Decided } from "../input.ts";
import type { TownState } from "../state.ts";

type Done = DataOf<typeof command>;

export const agentDone = defineInput({
  command,
  needs: (data) => ({ agents: [data.agent], around: [data.bead] }),
  decide(state, data, context) {
    const agent = state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    return (
      refuseStranger(context, data.agent) ??
      refuseLate(agent, bead, data) ??
      settle(state, { agent, bead }, { data, context })
    );
  },
});

/** A fact that comes too late, or from somebody who was never asked. */
function refuseLate(agent: Agent, bead: Bead, data: Done): Decided | null {
  if (agent.generation !== data.generation) {
    return refused(
      "not_hooked",
      `this is start ${data.generation} of ${agent.name}; its last one is ${agent.generation}`,
    );
  }
  if (agent.hook !== bead.bead || agent.status !== "working") {
    return refused(
      "not_hooked",
      `${agent.name} does not work on ${bead.bead}${agent.hook === null ? "" : ` but on ${agent.hook}`}`,
    );
  }
  // The hook is the agent's word; the bead's own word is its status.
  if (bead.status !== "in_progress") return refused("not_hooked", `${bead.bead} is ${bead.status}; nobody works on it`);
  return null;
}

function complete(
  state: TownState,
  working: { agent: Agent; issue: Issue },
  given: { data: Done; context: Context },
): Decided {
  const unwalked = refuseUnwalked(state, working.issue);
  if (unwalked !== null) return unwalked;
  const { kind } = working.issue;
  if (kind === "fixup") return finishFixup(state, working, given.data);
  return kind === "triage-batch" ? finishIssue(working, given.data) : handIn(state, working, given);
}

function settle(
  state: TownState,
  { agent, bead }: { agent: Agent; bead: Bead },
  given: { data: Done; context: Context },
): Decided {
  const { data } = given;
  if (bead.type === "issue") {
    if (data.outcome === "completed") return complete(state, { agent, issue: bead }, given);
    if (data.outcome === "failed") return giveUp(state, { agent, issue: bead }, given);
  }
  if (bead.type === "merge_request") {
    const { outcome } = data;
    if (outcome === "approved" || outcome === "changes_requested")
      return finishReview(agent, bead, { ...data, outcome });
    if (outcome === "failed") return failReview(agent, bead, data);
  }
  const may = bead.type === "issue" ? "completed or failed" : "approved, changes_requested or failed";
  return refused("invalid", `outcome: work on a ${bead.type} ends as ${may}`);
}
