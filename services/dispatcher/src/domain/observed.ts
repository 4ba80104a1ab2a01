import type { EndCause } from "@gastown/contracts";
import { nudgesAskable } from "./nudged.ts";
import type { Decided } from "./wished.ts";
import { containerName, isEnded, isLive, notAsked, withAgent, withEnded } from "./state.ts";
import type { AgentState, Cause, ContainerState, Time, TownState } from "./state.ts";

/** What a container host told of one start of an agent. */
export interface AgentReport {
  readonly agent: string;
  readonly generation: number;
  readonly state: "running" | "exited" | "failed";
  readonly reason: string;
  readonly endCause: EndCause | null;
  readonly at: Time;
  /** The container that tells it; null when it does not say. */
  readonly container: string | null;
  /** Of the report itself; used when the start was not wished here. */
  readonly cause: Cause;
}

/** The agent's state is what was reported, unless a newer start is known or this one has ended: ends are final. */
export function agentReported(state: TownState, report: AgentReport, now: Time): Decided {
  const { agent, generation } = report;
  const known = state.agents.get(agent);
  if (known !== undefined && known.generation > generation) {
    return { refused: "stale", message: `a newer start of ${agent} is known` };
  }
  const current = known?.generation === generation ? known : unknownStart(state, report, now);
  if (!mayTell(state, current, report)) {
    return { refused: "stale", message: `the container that tells of ${agent} is not the town's any more` };
  }
  if (isEnded(current)) {
    return { refused: "stale", message: `start ${generation} of ${agent} has ended (${current.reason})` };
  }
  return { state: reported(state, current, { report, now }) };
}

function reported(
  state: TownState,
  current: AgentState,
  { report, now }: { report: AgentReport; now: Time },
): TownState {
  if (report.state !== "running") {
    const { state: how, reason, endCause: cause, at } = report;
    return withEnded(state, current, { state: how, reason, cause, at });
  }
  if (current.state === "running" || current.state === "stopping") return state;
  return withAgent(state, { ...current, state: "running", since: report.at, aliveAt: now });
}

/** Of a start tells the container that was asked for it; when none was, the one there is. */
function mayTell({ container }: TownState, known: AgentState, report: AgentReport): boolean {
  if (container.clearing) return false;
  const own = known.container ?? containerName(container.town, container.generation);
  return report.container === null || report.container === own;
}

/** A start that was reported before it was asked for here: by the container that there is now. */
function unknownStart(state: TownState, report: AgentReport, now: Time): AgentState {
  const wish = state.wishes.get(report.agent);
  const { agent, generation } = report;
  const cause = wish?.generation === generation ? wish.cause : report.cause;
  const container = containerName(state.container.town, state.container.generation);
  return { ...notAsked({ agent, generation, cause }, now), container };
}

/** What a container host told of its agents in a heartbeat. */
export interface Heartbeat {
  readonly container: string;
  readonly agents: readonly {
    readonly agent: string;
    readonly generation: number;
    readonly aliveAt: Time;
    readonly activeAt: Time | null;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly busy: boolean;
  }[];
}

/**
 * Liveness, activity and usage are stored for the agents that are known to run. `alive` are those, to be passed on to the
 * town; `surprising` when the container runs what it should not, speaks for the first time, or may have said something to an agent
 * that it was asked to say: a reason to look. A container that is not the town's newest one says nothing about it.
 */
export function heartbeatHeard(
  state: TownState,
  heartbeat: Heartbeat,
  now: Time,
): { state: TownState; alive: readonly string[]; surprising: boolean } {
  const { container } = state;
  if (heartbeat.container !== containerName(container.town, container.generation) || container.clearing) {
    return { state, alive: [], surprising: false };
  }
  const agents = new Map(state.agents);
  const alive: string[] = [];
  for (const { agent, generation, aliveAt, activeAt, inputTokens, outputTokens, busy } of heartbeat.agents) {
    const known = agents.get(agent);
    if (known?.generation !== generation || !isLive(known)) continue;
    agents.set(agent, { ...known, aliveAt, activeAt, inputTokens, outputTokens, busy });
    alive.push(agent);
  }
  // What it said last comes after its end was seen: of agents that did not count as lost yet it still counts.
  if (container.state === "stopped") return { state: { ...state, agents }, alive, surprising: false };
  const seen: ContainerState = { ...container, seenAt: now };
  const after = nudgesAskable({ ...state, container: seen, agents }, alive);
  const nudged = [...after.nudges.values()].some((one) => one.givenAt === null && alive.includes(one.agent));
  const surprising = container.state === "starting" || alive.length < heartbeat.agents.length || nudged;
  return { state: after, alive, surprising };
}
