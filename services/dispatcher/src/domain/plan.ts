import { heardAll } from "./heard-all.ts";
import { planIdleStop } from "./idle-stop.ts";
import { afterBackoff } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { idleSince, mayTakePlace, mustYield } from "./places.ts";
import { planAgents } from "./plan-agents.ts";
import { planModels } from "./plan-models.ts";
import { planNudges } from "./plan-nudges.ts";
import type { Plan, Planning } from "./planning.ts";
import { planMayor } from "./remembered-mayor.ts";
import type { Seen, SeenContainer } from "./seen.ts";
import { containerName, hasWork, needsContainer } from "./state.ts";
import type { AgentWish, ContainerState, Time, TownState } from "./state.ts";
import { planStuckStops } from "./stuck-stops.ts";

/** Wished minus observed: what to do now, and when to look again. `state` is what `observe` made of `seen`. */
export function plan(state: TownState, seen: Seen, at: { now: Time; limits: Limits }): Plan {
  const planning: Planning = { state, seen, ...at, actions: [], looks: [] };
  planLeftovers(planning);
  const ends = planSilence(planning) || planStuckStops(planning);
  // What it would be asked for is asked of the next one.
  if (!ends) planWork(planning);
  const later = planning.looks.filter((look) => look > planning.now);
  return { actions: planning.actions, nextLookAt: later.length === 0 ? null : Math.min(...later) };
}

function planWork(planning: Planning): void {
  planStartOfContainer(planning);
  planAgents(planning);
  planNudges(planning);
  planModels(planning);
  planMayor(planning);
  planModelKey(planning);
  planYield(planning);
  planIdleStop(planning);
  planVouch(planning);
  planWatch(planning);
}

function planLeftovers({ state, seen, actions }: Planning): void {
  for (const { name, generation, alive } of seen.containers) {
    if (alive && generation >= state.container.generation) continue;
    actions.push({ kind: "kill-leftovers", container: name });
  }
}

/** The current container lives, its status was asked for and did not come: it is given time, and then ended. Answers whether it is. */
function planSilence(planning: Planning): boolean {
  const { state, seen, now, limits, actions, looks } = planning;
  const { container } = state;
  const current = currentOf(planning);
  if (container.state === "stopped" || current?.alive !== true || seen.status !== null) return false;
  const startedAt = container.startedAt ?? now;
  const starts = container.state === "starting";
  const since = Math.max(startedAt, starts ? 0 : answeredAt(container), seen.reachableSince ?? now);
  const allowed = starts ? limits.readyMs : limits.silentMs;
  if (now >= since + allowed) {
    const reason = `it did not answer for ${Math.round((now - since) / 1_000)} s`;
    actions.push({ kind: "kill-container", container: current.name, reason, drain: false });
    return true;
  }
  // Young containers are looked at often, so that what waits for them begins soon.
  const wait = Math.min(2_000, Math.max(150, (now - startedAt) / 4));
  looks.push(Math.min(now + wait, since + allowed));
  return false;
}

/** For one that runs, its heartbeats are answers; one that starts is no use before it was asked and answered. */
function answeredAt({ seenAt }: Pick<ContainerState, "seenAt">): Time {
  return seenAt ?? 0;
}

function currentOf({ state, seen }: Pick<Planning, "state" | "seen">): SeenContainer | undefined {
  return seen.containers.find(({ generation }) => generation === state.container.generation);
}

function planStartOfContainer(planning: Planning): void {
  const { state, seen, now, limits, actions, looks } = planning;
  const { container } = state;
  if (!limits.starts || state.wishes.size === 0) return;
  const start = (generation: number): void => {
    actions.push({ kind: "start-container", container: containerName(container.town, generation), generation });
    looks.push(now + 150);
  };
  if (container.state !== "stopped") {
    // Begun, and then not started: the dispatcher ended in between. Starting it again starts one.
    if (currentOf(planning) === undefined) start(container.generation);
    return;
  }
  if (!needsContainer(state)) return;
  const at = afterBackoff(limits, container.stoppedAt ?? now, container.failures);
  if (now < at) looks.push(at);
  else if (mayTakePlace(seen.places, limits)) start(container.generation + 1);
  // Woken when it is the town's turn.
  else if (container.waitsSince === null) actions.push({ kind: "await-place" });
}

/** What holds an older key is given the newest: agents have none, so that none of them is restarted for it. */
function planModelKey({ state, seen, actions }: Planning): void {
  if (seen.status?.keyed === false && !seen.status.draining && state.container.state === "running")
    actions.push({ kind: "give-model-key" });
}

/** A container without work is ended sooner when another town waits for its place. */
function planYield({ state, seen, now, limits, actions, looks }: Planning): void {
  const current = currentOf({ state, seen });
  const idle = idleSince(state);
  if (idle === null || current === undefined || state.container.state !== "running") return;
  if (!mustYield(seen.places, limits) || (seen.status?.agents.length ?? 0) > 0) return;
  const at = idle + limits.idleMs;
  if (now < at) looks.push(at);
  else actions.push({ kind: "yield-container", container: current.name });
}

/** Starts that wait are kept from counting as lost: the town hears of them as long as the dispatcher has them in hand. */
function planVouch(planning: Planning): void {
  const { state, now, limits, actions, looks } = planning;
  const waiting = [...state.wishes.values()].filter((wish) => waits(planning, wish));
  if (waiting.length === 0) return;
  // A new wish is as good as told: the town has just made it.
  const told = Math.max(state.container.vouchedAt ?? 0, Math.min(...waiting.map(({ wishedAt }) => wishedAt)));
  if (now < told + limits.vouchMs) {
    looks.push(told + limits.vouchMs);
    return;
  }
  actions.push({ kind: "vouch", agents: waiting.map(({ agent }) => agent) });
  looks.push(now + limits.vouchMs);
}

function waits({ state, now, limits }: Planning, { agent, generation }: AgentWish): boolean {
  const known = state.agents.get(agent);
  if (known?.generation !== generation || known.state === "waiting") return true;
  return known.state === "starting" && now < known.since + limits.startMs;
}

/** With work in it, a container is looked at again: at leisure when its end wakes us, every few seconds when it does not. */
function planWatch(planning: Planning): void {
  const { state, seen, now, limits, looks } = planning;
  const { container } = state;
  if (!hasWork(state)) return;
  if (container.stoppedAt !== null) looks.push(heardAll(container, seen, limits) ?? now + limits.settleMs);
  const current = currentOf(planning);
  if (container.state === "stopped" || current === undefined) return;
  looks.push(now + (current.watched ? limits.silentMs : limits.watchMs));
}
