/** The triage request is answered: what the action names was done to the agent and bead it is about, and its escalation is taken. */
import { resolveTriage as command, type DataOf } from "@gastown/contracts";
import { isWork, type Bead } from "../bead.ts";
import type { Change } from "../change.ts";
import { applied, defineInput, notFound, refused, type Context, type Decided } from "../input.ts";
import type { TriageRequest } from "../request-triage.ts";
import type { TownState } from "../state.ts";
import { takeEscalation } from "../take-escalation.ts";
import { triageActions, type Answer } from "../triage-actions.ts";

type Given = DataOf<typeof command>;

export const resolveTriage = defineInput({
  command,
  needs: (data) => ({ triage: data.bead, rigs: "all" }),
  decide(state, data, context) {
    const bead = state.beads.get(data.bead);
    if (bead === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    if (bead.type !== "issue" || bead.triage === null) {
      return refused("wrong_state", `${bead.bead} asks nothing; only triage requests are resolved`);
    }
    const request = { ...bead, triage: bead.triage };
    const refusal = refuseEnded(request) ?? refuseActor(state, context) ?? refuseAction(state, request, data);
    return refusal ?? applied(resolve(state, { ...data, request, context }), { bead: bead.bead, action: data.action });
  },
});

function refuseEnded({ bead, status, triage: { resolution } }: TriageRequest): Decided | null {
  if (status !== "closed" && status !== "failed") return null;
  const how = resolution === null ? "nothing was left to decide" : `the answer was ${resolution.action}`;
  return refused("wrong_state", `${bead} is ${status}: ${how}`);
}

/** Among agents only the one that was sent to triage may decide about others. */
function refuseActor({ beads }: TownState, { actor }: Context): Decided | null {
  if (!actor.startsWith("agent:")) return null;
  const sent = [...beads.values()].some((bead) => isBatch(bead) && `agent:${bead.assignee}` === actor);
  if (sent) return null;
  return refused("invalid", `${actor} was not sent to triage; people and the agent of a triage batch decide this`);
}

function isBatch(bead: Bead): boolean {
  return bead.type === "issue" && bead.kind === "triage-batch" && bead.status === "in_progress";
}

/** An action that means nothing here: about an agent or a bead that is not there, or one that agents do not work on. */
function refuseAction(state: TownState, { triage }: TriageRequest, { action, notes }: Given): Decided | null {
  if (action === "ESCALATE") return null;
  if (action === "PROVIDE_GUIDANCE" && notes === "") return refused("invalid", "notes: say what the agent should know");
  if (action === "NUDGE" || action === "PROVIDE_GUIDANCE") {
    return state.agents.has(triage.agent ?? "") ? null : refused("invalid", "action: it is about no agent");
  }
  return refuseBead(state.beads.get(triage.about ?? ""));
}

function refuseBead(bead: Bead | undefined): Decided | null {
  if (bead === undefined) return refused("invalid", "action: it is about no bead; ESCALATE asks people");
  return isWork(bead) ? null : refused("invalid", `action: no agent works on ${bead.bead}, which is a ${bead.type}`);
}

function resolve(state: TownState, answer: Answer): Change[] {
  const { request, action, notes, context } = answer;
  const { agent, about, escalation } = request.triage;
  const { bead, status } = request;
  const reason = `${action}${notes === "" ? "" : `: ${notes}`}`;
  const linked = state.beads.get(escalation ?? "");
  return [
    ...triageActions[action](state, answer),
    { type: "triage.resolved", bead, action, notes, agent, about },
    { type: "bead.status-changed", bead, from: status, to: "closed", reason },
    ...(linked?.type === "escalation"
      ? takeEscalation(linked, { actor: context.actor, note: notes, reason: `triage ${bead} answered it: ${reason}` })
      : []),
  ];
}
