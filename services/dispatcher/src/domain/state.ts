import type { EndCause, Job, MayorJob } from "@gastown/contracts";

/** Milliseconds since 1970, UTC. The domain is given the time, it never reads a clock. */
export type Time = number;

/** The command behind a wish, stored with it, so that what becomes of the wish is told as its consequence and in its trace. */
export interface Cause {
  readonly command: string;
  readonly correlation: string;
  readonly traceparent: string | null;
}

/** One start of an agent that should run. An agent has at most one: its newest. */
export interface AgentWish {
  readonly agent: string;
  readonly generation: number;
  readonly job: Job;
  readonly cause: Cause;
  readonly wishedAt: Time;
  /** When the container was last asked for it; null before the first time. */
  readonly askedAt: Time | null;
  /** Why the last ask was not accepted; null when it was, or before the first. */
  readonly refusal: string | null;
  /** Asks in a row that were not accepted. */
  readonly refusals: number;
}

/** A stop that was wished of a running agent, asked of the container until the agent has ended. */
export interface WishedStop {
  readonly reason: string;
  readonly wishedAt: Time;
  /** When the container was last asked for it; null before the first time. */
  readonly askedAt: Time | null;
  /** How often it was asked in the same way: with force, or without. */
  readonly asks: number;
  /** When it was first asked for with force; null while it was not. */
  readonly forcedAt: Time | null;
}

/** Something to be said to one start of an agent. It is kept until the agent's next start: asked again, it is not said again. */
export interface NudgeWish {
  readonly nudge: string;
  readonly agent: string;
  readonly generation: number;
  readonly message: string;
  readonly mode: "immediate" | "wait-idle";
  readonly cause: Cause;
  readonly wishedAt: Time;
  /** When its host was last asked to say it; null when it may be asked at once. */
  readonly askedAt: Time | null;
  readonly asks: number;
  /** When its host said it. */
  readonly givenAt: Time | null;
}

/** A model that a start of an agent shall have from its next turn on. Kept until its host told what came of it, or the start has ended. */
export interface ModelWish {
  readonly agent: string;
  readonly generation: number;
  /** Null: the installation's. */
  readonly model: string | null;
  /** By which name its host was last asked for it; null before. */
  readonly name: string | null;
  readonly cause: Cause;
  readonly wishedAt: Time;
  readonly askedAt: Time | null;
  readonly asks: number;
  /** Its host sees to it. */
  readonly taken: boolean;
}

/** The town's mayor, as its next start is going to be: it is got ready for in every container of the town. */
export interface RememberedMayor {
  readonly job: MayorJob;
  /** The container that was told to get ready for exactly this; null when none was. */
  readonly readyIn: string | null;
}

/** `waiting`: asked for and refused, or not asked for yet. `exited` and `failed` are final for a generation. */
export type AgentRunState = "waiting" | "starting" | "running" | "stopping" | "exited" | "failed";

/** What is known of the newest start of an agent that a container was asked for. */
export interface AgentState {
  readonly agent: string;
  readonly generation: number;
  readonly state: AgentRunState;
  /** Why it ended; empty while it has not. */
  readonly reason: string;
  /** The same, for rules; null while it has not, when it never ran, and when nobody said. */
  readonly endCause: EndCause | null;
  /** The container that was asked for it; null when none was. */
  readonly container: string | null;
  readonly cause: Cause;
  /** When it got into this state. */
  readonly since: Time;
  /** Liveness: the container last said that its process is alive. */
  readonly aliveAt: Time | null;
  /** Activity: it last did something. A different fact than liveness (architecture §6). */
  readonly activeAt: Time | null;
  /** It is in a turn. */
  readonly busy: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly stop: WishedStop | null;
}

/** `starting` until it answers for the first time; `stopping` while it drains. */
type ContainerRunState = "starting" | "running" | "stopping" | "stopped";

/** A town's container: the newest one, there is never a second. */
export interface ContainerState {
  readonly town: string;
  /** Which container of the town it is; 0 before the first. */
  readonly generation: number;
  readonly state: ContainerRunState;
  /** Why it stopped; empty while it has not. */
  readonly reason: string;
  readonly startedAt: Time | null;
  /** When it last answered or told something. */
  readonly seenAt: Time | null;
  /** When the newest stopped one was seen to have stopped; kept while the next one runs. */
  readonly stoppedAt: Time | null;
  /** Containers in a row that ended without ever answering. */
  readonly failures: number;
  /** When the town was last told that waiting starts are not lost. */
  readonly vouchedAt: Time | null;
  /** Since when the town waits for a place among the installation's containers; null when it does not. */
  readonly waitsSince: Time | null;
  /** When it was last stopped since nobody used it. */
  readonly idleStoppedAt: Time | null;
  /** When the town was deleted. Nothing is heard of its agents then; a new start is one of a new town of that id. */
  readonly forgottenAt: Time | null;
  /** What a deleted town left (containers, files) is still to be removed, before anything else. */
  readonly clearing: boolean;
}

/** All that the dispatcher knows of one town. */
export interface TownState {
  readonly container: ContainerState;
  readonly wishes: ReadonlyMap<string, AgentWish>;
  readonly agents: ReadonlyMap<string, AgentState>;
  readonly nudges: ReadonlyMap<string, NudgeWish>;
  readonly models: ReadonlyMap<string, ModelWish>;
  /** Null: the town never had one. */
  readonly mayor: RememberedMayor | null;
}

/** The state of a town that nothing was wished for yet. */
export function emptyTown(town: string): TownState {
  const container: ContainerState = {
    town,
    generation: 0,
    state: "stopped",
    reason: "",
    startedAt: null,
    seenAt: null,
    stoppedAt: null,
    failures: 0,
    vouchedAt: null,
    waitsSince: null,
    idleStoppedAt: null,
    forgottenAt: null,
    clearing: false,
  };
  return { container, wishes: new Map(), agents: new Map(), nudges: new Map(), models: new Map(), mayor: null };
}

/** There is work for a container: something is wished, or may still run. */
export function hasWork(state: TownState): boolean {
  return state.wishes.size > 0 || [...state.agents.values()].some(isLive);
}

/** Something is wished that runs nowhere. What may run in a container that died is about to be lost, and never begins again. */
export function needsContainer(state: TownState): boolean {
  return [...state.wishes.keys()].some((agent) => {
    const known = state.agents.get(agent);
    return known === undefined || !isLive(known);
  });
}

/** The name of a town's container: known before it starts, so that starting it twice starts one (aesthetics §2, habit 6). */
export function containerName(town: string, generation: number): string {
  return `${town}-${generation}`;
}

/** The agent's start takes a place in a container, or may do so. */
export function isLive(agent: AgentState): boolean {
  return agent.state === "starting" || agent.state === "running" || agent.state === "stopping";
}

/** The agent's start is over, and is never begun again. */
export function isEnded(agent: AgentState): boolean {
  return agent.state === "exited" || agent.state === "failed";
}

/** The agent is, or may be, in the town's container, and that has not ended. */
export function isIn(agent: AgentState, container: ContainerState): boolean {
  return container.state !== "stopped" && agent.container === containerName(container.town, container.generation);
}

/** The state with one agent replaced. */
export function withAgent(state: TownState, agent: AgentState): TownState {
  return { ...state, agents: new Map(state.agents).set(agent.agent, agent) };
}

/** The state with one wish replaced. */
export function withWish(state: TownState, wish: AgentWish): TownState {
  return { ...state, wishes: new Map(state.wishes).set(wish.agent, wish) };
}

/** The state with one wish for a model replaced. */
export function withModel(state: TownState, wish: ModelWish): TownState {
  return { ...state, models: new Map(state.models).set(wish.agent, wish) };
}

/** The state without the agent's wish, if that is for a start up to `generation`. */
export function withoutWish(state: TownState, agent: string, generation: number): TownState {
  const wish = state.wishes.get(agent);
  if (wish === undefined || wish.generation > generation) return state;
  const wishes = new Map(state.wishes);
  wishes.delete(agent);
  return { ...state, wishes };
}

/** The state in which a start of an agent is over, and not wished any more. */
export function withEnded(
  state: TownState,
  agent: AgentState,
  end: { state: "exited" | "failed"; reason: string; cause: EndCause | null; at: Time },
): TownState {
  const { state: how, reason, cause: endCause, at: since } = end;
  const ended: AgentState = { ...agent, state: how, reason, endCause, since, stop: null };
  return withAgent(withoutWish(state, agent.agent, agent.generation), ended);
}

/** A stop that no container was asked for yet. */
export function wishedStop(reason: string, now: Time): WishedStop {
  return { reason, wishedAt: now, askedAt: null, asks: 0, forcedAt: null };
}

/** What is known of a start that no container was asked for yet. */
export function notAsked(start: { agent: string; generation: number; cause: Cause }, now: Time): AgentState {
  return {
    agent: start.agent,
    generation: start.generation,
    state: "waiting",
    reason: "",
    endCause: null,
    container: null,
    cause: start.cause,
    since: now,
    aliveAt: null,
    activeAt: null,
    busy: false,
    inputTokens: 0,
    outputTokens: 0,
    stop: null,
  };
}
