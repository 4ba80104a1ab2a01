/** There is an open escalation bead, below the bead it is about when one is named. */
import { raiseEscalation as command } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { applied, defineInput, notFound } from "../input.ts";
import { newEscalation } from "../new-bead.ts";
import type { Trace } from "../trace.ts";

export const raiseEscalation = defineInput({
  command,
  needs: (data) => ({
    rigs: "all",
    agents: data.agent === undefined ? [] : [data.agent],
    beads: data.bead === undefined ? [] : [data.bead],
  }),
  decide(state, data, { actor, now, trace }) {
    const agent = data.agent === undefined ? null : state.agents.get(data.agent);
    if (agent === undefined) return notFound("agent_not_found", `there is no agent ${data.agent}`);
    const about = data.bead === undefined ? null : state.beads.get(data.bead);
    if (about === undefined) return notFound("bead_not_found", `there is no bead ${data.bead}`);
    const { title, body, severity } = data;
    const place = placeOf(agent, about);
    const bead = newEscalation(state, { ...place, trace: place.trace ?? trace, title, body, severity, actor, now });
    const raised = { type: "escalation.raised", bead: bead.bead, severity, title } as const;
    return applied([{ type: "bead.created", bead }, raised], { bead: bead.bead });
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
