/** The dispatcher was asked, once for each change of the settings, to give every agent that runs the model it shall have. */
import { mayRun, type Agent } from "../agent.ts";
import { takeNotes, type Rule } from "../rule.ts";
import { modelFor } from "../settings.ts";
import type { Snapshot } from "../snapshot.ts";

/**
 * Kilo-town §7.5, for workers too and not best effort: the wish is durable at the dispatcher, which tells what is in effect then. One
 * that failed is not asked for again until somebody changes a setting; the agent's next start has it anyway.
 */
export const changeModels: Rule = {
  name: "change-models",
  look(snapshot) {
    const notes = takeNotes();
    for (const agent of snapshot.agents.values()) {
      if (!isAsked(agent, snapshot)) continue;
      const model = modelFor(snapshot, agent);
      if (model !== agent.model?.wished) notes.decide({ do: "change-model", agent: agent.agent, model });
    }
    return notes.findings();
  },
};

/** Its start goes on, and it is known what it was told. */
function isAsked(agent: Agent, { rigs }: Snapshot): boolean {
  const { status, model, stopAskedAt, rig } = agent;
  const works = (status === "working" || status === "waiting") && mayRun(agent) && stopAskedAt === null;
  return works && model !== null && (rig === null || rigs.has(rig));
}
