import type { AgentRole } from "@gastown/contracts";
import { noDuty } from "../agent.ts";
import type { Work } from "../bead.ts";
import type { Change } from "../change.ts";
import { identityOf, nextName } from "../agent-names.ts";
import { newAgentBead } from "../new-bead.ts";
import type { TownState } from "../state.ts";
import type { By } from "./carried.ts";

/** A new idle agent of a role in the rig of the work it is made for; a mayor is in none. Its id is that of its bead. */
export function registerAgent(
  state: TownState,
  role: AgentRole,
  made: { for: Pick<Work, "rig" | "trace">; by: By },
): { agent: string; changes: Change[] } {
  const { for: work, by } = made;
  const name = nextName(role, state.agents.values());
  const rigPrefix = state.rigs.get(work.rig ?? "")?.prefix ?? work.rig ?? "";
  const bead = newAgentBead(state, { rig: work.rig, title: name, body: "", trace: work.trace, ...by });
  const agent = {
    agent: bead.bead,
    name,
    identity: identityOf(name, role, { rigPrefix, town: state.town.town }),
    role,
    rig: work.rig,
    status: "idle",
    hook: null,
    generation: 0,
    process: { state: "none" },
    workedOn: null,
    dispatchedAt: null,
    used: { tokens: 0, microUsd: 0 },
    busy: false,
    stalledAt: null,
    nudgedAt: { warn: null, escalate: null },
    aliveAt: null,
    activeAt: null,
    stopAskedAt: null,
    statusMessage: null,
    model: null,
    duty: noDuty,
    trace: null,
    createdAt: by.now,
    version: 0,
  } as const;
  return {
    agent: agent.agent,
    changes: [
      { type: "bead.created", bead },
      { type: "agent.registered", agent },
    ],
  };
}
