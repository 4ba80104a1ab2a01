/** There is an open escalation bead, below the bead it is about when one is named, and a triage request when an agent asks for more than a little. */
import { raiseEscalation as command, type TriageAction } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Bead, Escalation } from "../bead.ts";
import type { Change } from "../change.ts";
import { evolve } from "../evolve.ts";
import { applied, defineInput, notFound, type Context } from "../input.ts";
import { newEscalation } from "../new-bead.ts";
import { requestTriage } from "../request-triage.ts";
import { issueOf, type TownState } from "../state.ts";
import type { Trace } from "../trace.ts";

/** Kilo-town §1.8, with the answer an agent most often needs before the others. */
const options: readonly TriageAction[] = ["PROVIDE_GUIDANCE", "ESCALATE", "RESTART", "CLOSE_BEAD", "REASSIGN_BEAD"];

export const raiseEscalation = defineInput({
  command,
  needs: (data) => ({
    rigs: "all",
    hooksOf: data.agent === undefined ? [] : [data.agent],
    beads: data.bead === undefined ? [] : [data.bead],
    openTriage: true,
  }),
  decide(state, data, context) {
    const agent = data.agent === undefined ? null : state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const named = data.bead === undefined ? null : state.beads.get(data.bead);
    if (named === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    // What an agent says without naming a bead is about its own (kilo-town §1.8).
    const about = named ?? state.beads.get(agent?.hook ?? "") ?? null;
    const { title, body, severity } = data;
    const place = placeOf(agent, about);
    const bead = newEscalation(state, {
      ...place,
      ...context,
      trace: place.trace ?? context.trace,
      title,
      body,
      severity,
    });
    const changes: Change[] = [
      { type: "bead.created", bead },
      { type: "escalation.raised", bead: bead.bead, severity, title },
    ];
    return applied([...changes, ...askTriage(state, bead, { agent, about, context })], { bead: bead.bead });
  },
});

/** An escalation belongs where the bead it is about is; without one, where its agent is. */
function placeOf(
  agent: Agent | null,
  about: Bead | null,
): { rig: string | null; parent: string | null; trace: Trace | null } {
  if (about !== null) return { rig: about.rig, parent: about.bead, trace: about.trace };
  return { rig: agent?.rig ?? null, parent: null, trace: null };
}

/** An agent's own call is triaged, unless it is a small one. What a triage agent asks is for people, or triage would go on for ever. */
function askTriage(
  state: TownState,
  escalation: Escalation,
  { agent, about, context }: { agent: Agent | null; about: Bead | null; context: Context },
): Change[] {
  if (!context.actor.startsWith("agent:") || escalation.severity === "low" || isTriaging(state, agent)) return [];
  const { bead, title, body } = escalation;
  return requestTriage(evolve(state, { type: "bead.created", bead: escalation }, context.now), {
    type: "escalation",
    agent: agent?.agent ?? null,
    about: about?.bead ?? null,
    escalation: bead,
    options,
    context: `${title}\n\n${body}`,
    by: context,
  });
}

function isTriaging(state: TownState, agent: Agent | null): boolean {
  return issueOf(state, agent?.hook ?? null)?.kind === "triage-batch";
}
