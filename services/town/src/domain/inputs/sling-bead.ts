/** Nothing but its blockers holds an open bead back from work, it is hooked to the named polecat when one is named, and a merge request that waits for a person is tried again. */
import { slingBead as command } from "@gastown/contracts";
import { mayRun, type Agent } from "../agent.ts";
import { isEnded, type Bead, type Issue } from "../bead.ts";
import { applied, defineInput, notFound, refused, type Decided } from "../input.ts";
import { leftToPeople } from "../objection.ts";
import { featureBranch } from "../obstacles/feature-branch.ts";
import { isDispatched } from "../obstacles/index.ts";
import { staged } from "../obstacles/staged.ts";
import { polecatsAtWork } from "../polecats.ts";
import { blockersOf, policyIn, type TownState } from "../state.ts";

export const slingBead = defineInput({
  command,
  needs: (data) => ({ around: [data.bead], agents: data.agent === undefined ? [] : [data.agent] }),
  decide(state, data, { trace }) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    const refusal = refuse(state, bead, data.agent);
    if (refusal !== null) return refusal;
    const slung = { type: "bead.slung", bead: bead.bead, trace } as const;
    if (isStuck(bead)) return applied([slung, { type: "request.freed", bead: bead.bead }], { bead: bead.bead });
    if (data.agent === undefined || bead.assignee === data.agent) return applied([slung], { bead: bead.bead });
    const assigned = { type: "bead.assigned", bead: bead.bead, agent: data.agent } as const;
    return applied([slung, assigned], { bead: bead.bead, agent: data.agent });
  },
});

function refuse(state: TownState, bead: Bead, agent: string | undefined): Decided | null {
  if (agent === undefined && waitsForPerson(bead)) return null;
  if (bead.type !== "issue" || bead.status !== "open" || !isDispatched(bead)) {
    return refused("wrong_state", whyNot(bead));
  }
  if (agent === undefined || bead.assignee === agent) return null;
  const named = state.agents.get(agent);
  return named === undefined
    ? notFound("agent_not_found", `there is no agent ${agent}`)
    : refuseHook(state, bead, named);
}

/** It is a merge request for whose next try a person is waited for. */
function waitsForPerson(bead: Bead): boolean {
  return bead.type === "merge_request" && !isEnded(bead) && (bead.request.parked || isStuck(bead));
}

function isStuck(bead: Bead): boolean {
  const stuck = bead.type === "merge_request" ? bead.request.stuck : null;
  return stuck !== null && stuck.code !== leftToPeople;
}

function whyNot(bead: Bead): string {
  if (bead.type === "merge_request") return `${bead.bead} is a merge request: the refinery reads it by itself`;
  if (bead.type !== "issue") return `${bead.bead} is a ${bead.type}: only work items are slung`;
  if (bead.kind === "step") return `${bead.bead} is a step of ${bead.molecule}: whoever works on its source walks it`;
  if (bead.kind === "triage-request") return `${bead.bead} asks for a decision: resolve it`;
  if (bead.status === "failed")
    return `${bead.bead} has failed; make a new bead for another try, or close it to let its dependants go on`;
  return `${bead.bead} is ${bead.status}; only open beads are slung`;
}

function refuseHook(state: TownState, bead: Issue, agent: Agent): Decided | null {
  if (agent.role !== "polecat" || agent.rig !== bead.rig) {
    return refused("wrong_state", `${agent.name} (${agent.agent}) is not a polecat of rig ${bead.rig}`);
  }
  if (bead.assignee !== null) return refused("wrong_state", `${bead.bead} is hooked to ${bead.assignee} already`);
  if (agent.hook !== null)
    return refused(
      "wrong_state",
      `${agent.name} (${agent.agent}) works on ${agent.hook}; name an idle polecat, or none`,
    );
  const blockers = blockersOf(state, bead).map((b) => b.bead);
  if (blockers.length > 0)
    return refused(
      "wrong_state",
      `${bead.bead} waits for ${blockers.join(", ")}; sling it without an agent to start it after them`,
    );
  const early = staged(state, bead) ?? featureBranch(state, bead);
  if (early !== null) return refused("wrong_state", `${bead.bead} ${early.says}; sling it without an agent`);
  const cap = policyIn(state, bead.rig).maxPolecatsPerRig;
  // The end of its own last run it waits for anyway.
  if (polecatsAtWork(state, bead.rig) - (mayRun(agent) ? 1 : 0) >= cap) {
    return refused(
      "wrong_state",
      `${cap} polecats of rig ${bead.rig} are at work, which is its cap; sling without an agent and it waits its turn`,
    );
  }
  return null;
}
