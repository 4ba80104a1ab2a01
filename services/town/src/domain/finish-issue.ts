import type { DataOf, agentDone } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Issue } from "./bead.ts";
import { restAgent } from "./endings.ts";
import { applied, refused, type Decided } from "./input.ts";
import { moleculeOf, stepsLeft } from "./molecule.ts";
import type { TownState } from "./state.ts";

type Done = DataOf<typeof agentDone>;

/** The work item is closed: work of its kind is done when its agent says so, and there is nothing to merge. */
export function finishIssue({ agent, issue }: { agent: Agent; issue: Issue }, { summary }: Done): Decided {
  const { bead, status } = issue;
  const reason = summary === "" ? `${agent.name} is done with it` : `${agent.name}: ${summary}`;
  return applied(
    [{ type: "bead.status-changed", bead, from: status, to: "closed", reason }, ...restAgent(agent, bead, reason)],
    {
      bead,
    },
  );
}

/** The refusal of work whose molecule was not walked to its end; null when there is none, or it was. */
export function refuseUnwalked(state: TownState, { molecule: id }: Issue): Decided | null {
  const molecule = moleculeOf(state, id);
  if (molecule === undefined || molecule.status === "closed") return null;
  const { bead } = molecule;
  if (molecule.status === "failed") {
    const hint = `end with outcome failed, or ask a person to close or delete ${bead}`;
    return refused(
      "wrong_state",
      `its molecule ${bead} has failed: ${molecule.failure?.message ?? "no reason given"}; ${hint}`,
    );
  }
  const names = stepsLeft(state, molecule).map(({ step }) => step.id);
  return refused(
    "wrong_state",
    `steps of its molecule ${bead} are left: ${names.join(", ")}; advance each, or end with outcome failed`,
  );
}
