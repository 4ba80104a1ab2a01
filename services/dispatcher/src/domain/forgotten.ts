import { emptyTown } from "./state.ts";
import type { Time, TownState } from "./state.ts";

/** The town was deleted: nothing is wished or known of it any more, and what it left is to be removed. Again is harmless. */
export function townForgotten(state: TownState, now: Time): TownState {
  const { container } = state;
  const forgotten = { ...container, forgottenAt: container.forgottenAt ?? now, clearing: true };
  return { ...emptyTown(container.town), container: forgotten };
}

/**
 * Nothing of the deleted town is left. Its containers' names are never used again, so that what the last of them said cannot be
 * taken for something a new town's container says.
 */
export function townCleared(state: TownState): TownState {
  const { container } = state;
  if (!container.clearing) return state;
  const { town, generation, forgottenAt, vouchedAt } = container;
  const cleared = { ...emptyTown(town).container, generation: generation + 1, forgottenAt, vouchedAt };
  return { ...state, container: cleared };
}
