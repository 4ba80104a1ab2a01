import type { Limits } from "./limits.ts";
import type { Places } from "./seen.ts";
import { hasWork, isLive, withEnded } from "./state.ts";
import type { ContainerState, Time, TownState } from "./state.ts";

/** A town may start a container when a place is free after all towns that waited longer have theirs. */
export function mayTakePlace({ taken, ahead }: Places, { maxContainers }: Pick<Limits, "maxContainers">): boolean {
  return ahead < maxContainers - taken;
}

/** Another town waits, and the places that are free, or about to be, do not suffice. */
export function mustYield(
  { taken, stopping, waiting }: Places,
  { maxContainers }: Pick<Limits, "maxContainers">,
): boolean {
  return waiting > Math.max(0, maxContainers - (taken - stopping));
}

/** Since when the town's container has nothing to do; null while it has. */
export function idleSince(state: TownState): Time | null {
  if (hasWork(state)) return null;
  const ends = [...state.agents.values()].map(({ since }) => since);
  return Math.max(state.container.startedAt ?? 0, ...ends);
}

/** The town waits for a place, from its first try on. */
export function placeAwaited(state: TownState, now: Time): TownState {
  const { container } = state;
  return container.waitsSince === null ? { ...state, container: { ...container, waitsSince: now } } : state;
}

/** The town's container gives its place up. Null when it has got work, or was stopped, meanwhile. */
export function placeYielded(state: TownState): TownState | null {
  const { container } = state;
  if (container.state !== "running" || hasWork(state)) return null;
  return { ...state, container: { ...container, state: "stopping" } };
}

/**
 * The town's container is being stopped since nobody uses it. Mayors in it have ended with that, and are started again when somebody
 * speaks to them: the container does not come back for them alone.
 */
export function idleStopped(state: TownState, { reason, now }: { reason: string; now: Time }): TownState {
  const container: ContainerState = { ...state.container, state: "stopping", idleStoppedAt: now };
  const live = [...state.agents.values()].filter(isLive);
  const end = { state: "exited", reason, cause: "stopped", at: now } as const;
  return live.reduce((after, agent) => withEnded(after, agent, end), { ...state, container });
}

/** Whether a container's change from one to the other leaves a place, or a turn in the queue, to others. */
export function leavesPlace(before: ContainerState, after: ContainerState): boolean {
  const stopped = before.state !== "stopped" && after.state === "stopped";
  return stopped || (before.waitsSince !== null && after.waitsSince === null);
}
