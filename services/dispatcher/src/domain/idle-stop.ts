import type { Planning } from "./planning.ts";
import { isLive } from "./state.ts";
import type { AgentState, Time, TownState } from "./state.ts";

/** Why a container is kept: the rows of kilo-town §6. */
type KeptBecause = "work" | "draining" | "mayor_busy" | "recently_used" | "throttled" | "silent" | "not_running";

/** What becomes of a town's container. `again`: when time alone changes the answer; null when only a message can. */
export type IdleVerdict =
  | { readonly verdict: "keep"; readonly because: KeptBecause; readonly again: Time | null }
  | { readonly verdict: "stop"; readonly reason: string };

/**
 * Whether a town's container is stopped since nobody uses it (kilo-town §6: the first row that matches decides). Use is work, a
 * turn of an agent, and what people say to a mayor; never a sign of life, a terminal that is open, or work that waits for people.
 */
export function decideIdleStop(looking: Looking): IdleVerdict {
  const mayors = mayorsOf(looking.state);
  const idleSince = lastUse(looking.state, mayors);
  const kept = inUse(looking, mayors) ?? notYet(looking, idleSince);
  if (kept !== null) return kept;
  const idleFor = `mayor_idle_${Math.round((looking.now - idleSince) / 60_000)}m`;
  return { verdict: "stop", reason: mayors.length === 0 ? "no_active_work" : idleFor };
}

type Looking = Pick<Planning, "state" | "seen" | "now" | "limits">;

/** Rows 1 to 3. */
function inUse({ state, seen }: Looking, mayors: readonly AgentState[]): IdleVerdict | null {
  if (hasOtherWork(state, mayors)) return keep("work");
  if (state.container.state === "stopping" || seen.status?.draining === true) return keep("draining");
  return mayors.some(({ state: run, busy }) => busy || run !== "running") ? keep("mayor_busy") : null;
}

/** Rows 4 to 8. */
function notYet({ state: { container }, seen, now, limits }: Looking, idleSince: Time): IdleVerdict | null {
  if (now < idleSince + limits.idleStopMs) return keep("recently_used", idleSince + limits.idleStopMs);
  const unthrottled = (container.idleStoppedAt ?? 0) + limits.idleStopAgainMs;
  if (container.idleStoppedAt !== null && now < unthrottled) return keep("throttled", unthrottled);
  if (container.state !== "running") return keep("not_running");
  // What does not answer is no idle container; how long silence may last is another rule's.
  return seen.status === null ? keep("silent") : null;
}

function keep(because: KeptBecause, again: Time | null = null): IdleVerdict {
  return { verdict: "keep", because, again };
}

/** Mayors that may run. A mayor has no work of its own: one that waits to be spoken to is no reason to keep a container. */
function mayorsOf(state: TownState): AgentState[] {
  return [...state.agents.values()].filter((agent) => isLive(agent) && isMayor(state, agent));
}

function isMayor({ wishes }: TownState, { agent, generation }: AgentState): boolean {
  const wish = wishes.get(agent);
  return wish?.generation === generation && wish.job.role === "mayor";
}

function hasOtherWork(state: TownState, mayors: readonly AgentState[]): boolean {
  const isIdleKind = (agent: string): boolean => mayors.some((mayor) => mayor.agent === agent);
  const said = [...state.nudges.values()].some(({ agent, givenAt }) => givenAt === null && isIdleKind(agent));
  const wished = [...state.wishes.keys()].some((agent) => !isIdleKind(agent));
  return said || wished || [...state.agents.values()].some((agent) => isLive(agent) && !isIdleKind(agent.agent));
}

/** When the container was last of use to anybody. */
function lastUse({ container, agents, nudges }: TownState, mayors: readonly AgentState[]): Time {
  const ends = [...agents.values()].filter((agent) => !isLive(agent)).map(({ since }) => since);
  const turns = mayors.map(({ since, activeAt }) => Math.max(since, activeAt ?? 0));
  // What a mayor was told counts before its turn shows: its host says so only with the next heartbeat.
  const told = [...nudges.values()].filter(({ agent }) => mayors.some((mayor) => mayor.agent === agent));
  return Math.max(container.startedAt ?? 0, ...ends, ...turns, ...told.map(({ givenAt }) => givenAt ?? 0));
}

/** The container is stopped when nobody uses it; otherwise it is looked at again when that could be so. */
export function planIdleStop(planning: Planning): void {
  const { state, actions, looks } = planning;
  if (state.container.state === "stopped" || actions.length > 0) return;
  const decided = decideIdleStop(planning);
  if (decided.verdict === "stop") actions.push({ kind: "stop-idle-container", reason: decided.reason });
  else if (decided.again !== null) looks.push(decided.again);
}
