import { policy } from "@gastown/contracts";
import type { Change, ChangeType } from "./change.ts";
import { agentSteps } from "./evolve/agent-steps.ts";
import { beadSteps } from "./evolve/bead-steps.ts";
import { careSteps } from "./evolve/care-steps.ts";
import { convoySteps } from "./evolve/convoy-steps.ts";
import { helpSteps } from "./evolve/help-steps.ts";
import { mayorSteps } from "./evolve/mayor-steps.ts";
import { removalSteps } from "./evolve/removal-steps.ts";
import { requestSteps } from "./evolve/request-steps.ts";
import { safetySteps } from "./evolve/safety-steps.ts";
import type { Steps } from "./evolve/steps.ts";
import { townSteps } from "./evolve/town-steps.ts";
import { noSpent } from "./spent.ts";
import type { TownState } from "./state.ts";
import { withoutBeads } from "./without-beads.ts";

const steps: Steps<Exclude<ChangeType, "town.created" | "town.deleted">> = {
  ...townSteps,
  ...beadSteps,
  ...agentSteps,
  ...requestSteps,
  ...convoySteps,
  ...careSteps,
  ...helpSteps,
  ...mayorSteps,
  ...safetySteps,
  ...removalSteps,
};

/**
 * The state after a change that happened at `at`. Versions stay: they count saves, not changes. Throws when the change does
 * not fit the state (an illegal transition, a row that was not loaded): whoever decided it has a bug, and nothing is saved.
 */
export function evolve(state: TownState | null, change: Change, at: number): TownState {
  if (change.type === "town.created") return found(change, at);
  if (change.type === "town.deleted") throw new Error("nothing is left of a town that was deleted");
  if (state === null) throw new Error(`${change.type} happened to a town that does not exist`);
  const step = steps[change.type] as (state: TownState, change: Change, at: number) => TownState;
  return step(state, change, at);
}

/** The state after all of them, in order; null when there is no town then. */
export function evolveAll(state: TownState | null, changes: readonly Change[], at: number): TownState | null {
  let after = state;
  for (let next = 0; next < changes.length; next += 1) {
    const deleted = deletedFrom(changes, next);
    const change = changes[next];
    if (after !== null && deleted.length > 1) {
      after = withoutBeads(after, deleted);
      next += deleted.length - 1;
    } else if (change !== undefined) {
      after = change.type === "town.deleted" ? null : evolve(after, change, at);
    }
  }
  return after;
}

/** Beads that are deleted one right after the other go in one pass: there may be thousands. */
function deletedFrom(changes: readonly Change[], begin: number): string[] {
  const deleted: string[] = [];
  for (let at = begin; at < changes.length; at += 1) {
    const change = changes[at];
    if (change?.type !== "bead.deleted") break;
    deleted.push(change.bead);
  }
  return deleted;
}

function found(
  { town, name, policyOverride, model, nextNumber = 1 }: Extract<Change, { type: "town.created" }>,
  at: number,
): TownState {
  const founded = {
    town,
    name,
    policyOverride,
    policy: policy.parse(policyOverride),
    model,
    models: {},
    instructions: {},
    env: {},
    stopped: null,
    failures: [],
    open: [],
    spent: noSpent,
    spentSince: at,
    budgetTold: false,
    nextNumber,
    createdAt: at,
    version: 0,
  };
  return { town: founded, rigs: new Map(), beads: new Map(), agents: new Map(), nudges: new Map() };
}
