import { agentSlug } from "../agent.ts";
import type { Agent } from "../agent.ts";
import type { Issue, Work } from "../bead.ts";
import { convoyOf, type TownState } from "../state.ts";
import { escalate, failIssue } from "../endings.ts";
import type { CarryOut } from "./carried.ts";
import { theAgent, theIssue, theWork } from "./carried.ts";
import { registerAgent } from "./register-agent.ts";
import { ofRun, releaseWork } from "./release-work.ts";

export const beadDecisions: CarryOut<"assign" | "fail-bead" | "dispatch" | "ask-start-again" | "release" | "unblock"> =
  {
    assign(state, { bead, agent }, by) {
      if (agent !== null) return [{ type: "bead.assigned", bead, agent }];
      const made = registerAgent(state, "polecat", { for: theIssue(state, bead), by });
      return [...made.changes, { type: "bead.assigned", bead, agent: made.agent }];
    },
    "fail-bead"(state, { bead, code, message }, by) {
      const issue = theIssue(state, bead);
      const changes = failIssue(state, issue, { code, message });
      return [...changes, ...escalate(state, issue, { title: `${bead} failed: ${issue.title}`, body: message, ...by })];
    },
    dispatch(state, { bead, agent: id }) {
      const work = theWork(state, bead);
      const agent = theAgent(state, id);
      const reason = `${agent.name} was sent to work on it`;
      return [
        {
          type: "agent.dispatched",
          agent: id,
          bead,
          generation: agent.generation + 1,
          attempt: work.attempts + 1,
          branch: branchOf(state, work, agent),
        },
        { type: "bead.status-changed", bead, from: work.status, to: "in_progress", reason },
        { type: "agent.status-changed", agent: id, from: agent.status, to: "working", reason: `it works on ${bead}` },
      ];
    },
    "ask-start-again": (_state, { agent }) => [{ type: "agent.start-asked", agent }],
    release: (state, decision, by) => [...ofRun(state, decision, by), ...releaseWork(state, decision)],
    unblock: (_state, { bead }) => [{ type: "bead.unblocked", bead }],
  };

/** `gt/<agent slug>/<bead>`, chosen once (kilo-container-api §4.5). A refinery reads the branch under review. */
function branchOf(state: TownState, work: Work, agent: Agent): string {
  if (work.type === "merge_request") return work.request.branch;
  return work.branch ?? `${folderOf(state, work)}gt/${agentSlug(agent.name)}/${work.bead}`;
}

/** Branches for a convoy that gathers its work are siblings of its feature branch (kilo-town §1.7); others are by themselves. */
function folderOf(state: TownState, work: Issue): string {
  const branch = work.convoy === null ? null : (convoyOf(state, work.convoy)?.branch ?? null);
  return branch === null ? "" : branch.replace(/head$/, "");
}
