import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import type { RemovalChange } from "../changes/removal-change.ts";
import { withoutReference } from "../without-reference.ts";
import { dropped, type Steps } from "./steps.ts";

/** `town.deleted` is not here: after it there is no state. */
export const removalSteps: Steps<Exclude<RemovalChange["type"], "town.deleted">> = {
  "rig.updated": (state, { rig: id, changed }) => {
    const rig = state.rigs.get(id);
    if (rig === undefined) throw new Error(`rig ${id} was not loaded`);
    // The forge keeps the check and the approvals: it has to be told.
    const told = changed.check === undefined && changed.requiredApprovals === undefined;
    return {
      ...state,
      rigs: new Map(state.rigs).set(id, { ...rig, ...changed, askedAt: told ? rig.askedAt : null }),
    };
  },
  "rig.removed": (state, { rig }) => {
    const { failures, open } = state.town;
    const town = {
      ...state.town,
      failures: failures.filter((f) => f.rig !== rig),
      open: open.filter((o) => o !== rig),
    };
    return {
      ...state,
      town,
      rigs: dropped(state.rigs, rig),
      beads: altered(state.beads, (bead) => withoutLanding(bead, rig)),
    };
  },
  "bead.deleted": (state, { bead: id }) => {
    const gone = state.beads.get(id);
    if (gone === undefined) throw new Error(`bead ${id} was not loaded`);
    return {
      ...state,
      beads: altered(dropped(state.beads, id), (bead) => withoutReference(bead, gone)),
      agents: altered(dropped(state.agents, id), (agent) => withoutWork(agent, id)),
      nudges: new Map([...state.nudges].filter(([, nudge]) => nudge.agent !== id)),
    };
  },
};

/** With what `alter` makes of each; what it leaves alone stays the same object, so that its row is not written. */
function altered<T>(of: ReadonlyMap<string, T>, alter: (thing: T) => T): ReadonlyMap<string, T> {
  const changed = [...of].flatMap(([id, thing]): [string, T][] => {
    const now = alter(thing);
    return now === thing ? [] : [[id, now]];
  });
  if (changed.length === 0) return of;
  const made = new Map(of);
  for (const [id, thing] of changed) made.set(id, thing);
  return made;
}

function withoutLanding(bead: Bead, rig: string): Bead {
  if (bead.type !== "convoy" || !bead.landings.some((landing) => landing.rig === rig)) return bead;
  return { ...bead, landings: bead.landings.filter((landing) => landing.rig !== rig) };
}

/** Its usage counts for no bead any more, but for the town. */
function withoutWork(agent: Agent, gone: string): Agent {
  return agent.workedOn === gone ? { ...agent, workedOn: null } : agent;
}
