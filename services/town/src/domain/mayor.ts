import type { MayorStatus } from "@gastown/contracts";
import { mayRun, type Agent } from "./agent.ts";
import type { Message } from "./bead.ts";
import { townAccount, usedUp, type UsedUp } from "./budgets.ts";
import type { Change } from "./change.ts";
import type { Nudge } from "./nudge.ts";
import type { TownState } from "./state.ts";

/** The town's mayor: there is at most one (kilo-town §1.5), made when it is first wanted. */
export function mayorOf({ agents }: TownState): Agent | undefined {
  return [...agents.values()].find(({ role }) => role === "mayor");
}

/** What keeps a mayor from running: the town is stopped, or has used up its budget. Null when nothing does. */
export function holdOf(state: TownState, at: { now: number; running: boolean }): UsedUp | "stopped" | null {
  if (state.town.stopped !== null) return "stopped";
  return usedUp(townAccount(state, at.now), state, at);
}

/** What people see of it (kilo-town §7.3). */
export function mayorStatusOf({ status, process }: Agent): MayorStatus {
  if (status === "idle" || status === "dead") return "idle";
  return process.state === "starting" ? "starting" : "active";
}

/** What is to be said to it now; a nudge that waits until it works anyway is none (mode `queue`). */
export function nudgesFor({ nudges }: TownState, { agent }: Agent, now: number): Nudge[] {
  return [...nudges.values()].filter(
    (nudge) =>
      nudge.agent === agent &&
      nudge.state === "pending" &&
      nudge.mode !== "queue" &&
      (nudge.expiresAt === null || now < nudge.expiresAt),
  );
}

/** Mail of which it was not told yet. */
export function newMailFor({ beads }: TownState, { agent }: Agent): Message[] {
  return [...beads.values()].filter(
    (bead): bead is Message =>
      bead.type === "message" && bead.status === "open" && bead.assignee === agent && !bead.announced,
  );
}

/** Why a mayor that rests is to be started, in words; null when nobody wants anything of it. */
export function whyWanted(state: TownState, mayor: Agent, now: number): string | null {
  const { wantedAt, cutOff, setbacks } = mayor.duty;
  const said = nudgesFor(state, mayor, now).length;
  if (said > 0) return said === 1 ? "something is to be said to it" : `${said} things are to be said to it`;
  if (newMailFor(state, mayor).length > 0) return "it has new mail";
  // What people could wait for is tried only so often; what is to be said to it never gets lost (W16).
  if (setbacks >= state.town.policy.setbackAlarm) return null;
  if (wantedAt !== null) return "somebody opened the town";
  return cutOff ? "its last turn was cut off" : null;
}

/** When it may be started again: after starts that came to nothing it waits as work does after its dispatches (kilo-town §3.1). */
export function mayStartAt({ town: { policy } }: TownState, { duty: { setbacks }, dispatchedAt }: Agent): number {
  if (setbacks === 0 || dispatchedAt === null) return 0;
  const index = Math.min(setbacks, policy.dispatchCooldownMs.length) - 1;
  return dispatchedAt + (policy.dispatchCooldownMs[index] ?? 0);
}

/** It is in the middle of a turn, as far as anybody knows, that is about more than its being started. */
export function isInTurn({ status, duty: { workingSince }, dispatchedAt }: Agent): boolean {
  return status === "working" && workingSince !== null && workingSince > (dispatchedAt ?? 0);
}

/** How the start of a mayor is over. */
export interface MayorEnd {
  readonly reason: string;
  /** Nobody told its end: what may run of it is given up. */
  readonly lost: boolean;
  readonly setback: boolean;
  readonly cutOff: boolean;
}

/** The mayor is idle and its start is over. */
export function endStart({ agent, status }: Agent, { reason, lost, setback, cutOff }: MayorEnd): Change[] {
  return [
    { type: "mayor.ended", agent, setback, cutOff },
    ...(lost ? [{ type: "agent.lost", agent } as const] : []),
    { type: "agent.status-changed", agent, from: status, to: "idle", reason },
  ];
}

/** What people see of a mayor that was spoken to: one that rests is about to be started unless something keeps it from that. */
export function statusWhenTold(state: TownState, mayor: Agent | undefined, now: number): MayorStatus {
  if (holdOf(state, { now, running: false }) !== null) return "idle";
  // One that is being ended is started again after that.
  if (mayor === undefined || !mayRun(mayor) || mayor.status === "idle") return "starting";
  return mayorStatusOf(mayor);
}
