import { afterBackoff } from "./limits.ts";
import type { Limits } from "./limits.ts";
import type { Planning } from "./planning.ts";
import type { Seen } from "./seen.ts";
import { isIn, isLive } from "./state.ts";
import type { AgentState, AgentWish, Time } from "./state.ts";
import { stopStage } from "./stuck-stops.ts";
import { notWished } from "./wished.ts";

/**
 * What the current container is to be asked for. Nothing while it does not answer, but for stops that are late, or while it drains:
 * what it would be asked is still wished when the next one is there.
 */
export function planAgents(planning: Planning): void {
  const { state, seen, limits } = planning;
  if (state.container.state !== "running") return;
  planStops(planning);
  if (seen.status === null) return;
  planStrays(planning);
  if (limits.starts) planStarts(planning);
}

/** Oldest wish first, as many as there are places: the others wait for one that ends. */
function planStarts(planning: Planning): void {
  const { state, now, limits, actions, looks } = planning;
  let places = limits.maxAgents - [...state.agents.values()].filter(isLive).length;
  for (const wish of inOrder(state.wishes.values())) {
    const known = state.agents.get(wish.agent);
    const settled = known === undefined || !isLive(known);
    if (settled ? places <= 0 : !isStarting(known, wish)) continue;
    const askAt = nextAsk(planning, wish, known);
    if (askAt === null) continue;
    if (askAt > now) {
      looks.push(askAt);
      continue;
    }
    if (settled) places -= 1;
    actions.push({ kind: "start-agent", agent: wish.agent, generation: wish.generation });
    looks.push(now + limits.confirmMs);
  }
}

function isStarting(known: AgentState | undefined, wish: AgentWish): known is AgentState {
  return known?.state === "starting" && known.generation === wish.generation;
}

function inOrder(wishes: Iterable<AgentWish>): AgentWish[] {
  return [...wishes].toSorted((a, b) => a.wishedAt - b.wishedAt || (a.agent < b.agent ? -1 : 1));
}

/** When the container is to be asked for the start (again); null: not before something else happens. */
function nextAsk({ state, seen, limits }: Planning, wish: AgentWish, known: AgentState | undefined): Time | null {
  if (wish.askedAt === null) return 0;
  if (wish.refusal !== null) return afterBackoff(limits, wish.askedAt, wish.refusals);
  if (!isStarting(known, wish)) return 0;
  if (!isIn(known, state.container)) return null;
  const listed = seen.status?.agents.some((one) => one.agent === wish.agent && one.generation === wish.generation);
  return listed === true ? null : wish.askedAt + limits.confirmMs;
}

/** What may run and is not wished is stopped. Its end is told by the container, or concluded from the container's status. */
function planStops(planning: Planning): void {
  const { state, seen, now, limits, actions, looks } = planning;
  for (const known of state.agents.values()) {
    if (!isLive(known) || !isIn(known, state.container) || isWished(planning, known)) continue;
    const { agent, generation } = known;
    const { askAt, force } = nextStop(planning, known);
    if (!mayBeAsked(seen, force)) continue;
    if (askAt <= now) {
      const reason = known.stop?.reason ?? notWished;
      actions.push({ kind: "stop-agent", agent, generation, reason, force });
    }
    looks.push(Math.min(askAt > now ? askAt : now + limits.settleMs, now + limits.watchMs));
  }
}

/** What the container runs and nobody knows of, or has ended for everybody else, is stopped too. */
function planStrays(planning: Planning): void {
  const { state, seen, now, limits, actions, looks } = planning;
  for (const listed of seen.status?.agents ?? []) {
    const known = state.agents.get(listed.agent);
    const expected = known?.generation === listed.generation && isLive(known);
    if (expected || listed.state === "stopping" || isWished(planning, listed)) continue;
    const { agent, generation } = listed;
    actions.push({ kind: "stop-agent", agent, generation, reason: "not wished", force: false });
    looks.push(now + limits.settleMs);
  }
}

function isWished({ state }: Planning, start: { agent: string; generation: number }): boolean {
  return state.wishes.get(start.agent)?.generation === start.generation;
}

/** What answers nothing is asked with force all the same: so it is known that its container had the chance. Without a bus nobody is asked. */
function mayBeAsked({ status, reachableSince }: Seen, force: boolean): boolean {
  return status !== null || (force && reachableSince !== null);
}

/** When the container is to be asked for the stop (again), and whether with force. */
function nextStop({ seen, now, limits }: Planning, known: AgentState): { askAt: Time; force: boolean } {
  const stage = stopStage(known, { now, limits, reachableSince: seen.reachableSince });
  const again = againAt(limits, known);
  switch (stage?.stage) {
    case undefined:
      return { askAt: again, force: false };
    case "under_way":
      return { askAt: Math.min(again, stage.forceAt), force: false };
    case "to_be_forced":
      // What answers now and was never asked is asked as usual first.
      return { askAt: 0, force: again > 0 || seen.status === null };
    case "forced":
      return { askAt: Math.min(again, stage.stuckAt), force: true };
    case "stuck":
      // Its container is replaced.
      return { askAt: now + limits.forceMs, force: true };
  }
}

/** When what was asked for is asked for again in the same way: 0 when it never was. Force that was accepted, or may have been, is enough. */
function againAt(limits: Limits, { state, stop }: AgentState): Time {
  if (stop === null || stop.askedAt === null) return 0;
  if (state !== "stopping") return afterBackoff(limits, stop.askedAt, stop.asks);
  return stop.forcedAt === null ? stop.askedAt + limits.confirmMs : Infinity;
}
