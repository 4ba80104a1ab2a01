import type { MayorJob, WorkerJob } from "@gastown/contracts";
import { defaultLimits, type Limits } from "../limits.ts";
import type { Places, Seen, SeenContainer, SeenStatus } from "../seen.ts";
import { emptyTown, notAsked, wishedStop } from "../state.ts";
import type {
  AgentState,
  AgentWish,
  Cause,
  ContainerState,
  ModelWish,
  NudgeWish,
  RememberedMayor,
  TownState,
  WishedStop,
} from "../state.ts";

export const now = 1_000_000;
export const limits: Limits = { ...defaultLimits, maxAgents: 2 };
export const at = { now, limits };

export function aCause(command = "c1"): Cause {
  return { command, correlation: `corr-${command}`, traceparent: null };
}

export function aJob(agent = "gt-1", generation = 1): WorkerJob {
  return {
    agent,
    generation,
    name: "Toast",
    identity: "toast",
    role: "polecat",
    rig: { rig: "app", defaultBranch: "main", check: null },
    bead: { bead: "gt-9", type: "issue", title: "fix it", body: "" },
    branch: "gt/toast/gt-9",
    base: "main",
    review: null,
    feedback: null,
    checkpoint: null,
    model: null,
    instructions: [],
    env: {},
    molecule: null,
    kind: "task",
  };
}

export function aMayorJob(agent = "gt-7", generation = 1): MayorJob {
  const nowhere = { rig: null, branch: null, base: null };
  const bead = { bead: agent, type: "agent" as const, title: "Mayor", body: "" };
  return { ...aJob(agent, generation), ...nowhere, role: "mayor", name: "Mayor", identity: "mayor", bead };
}

export function aWish(agent = "gt-1", over: Partial<AgentWish> = {}): AgentWish {
  const generation = over.generation ?? 1;
  return {
    agent,
    generation,
    job: aJob(agent, generation),
    cause: aCause(),
    wishedAt: now,
    askedAt: null,
    refusal: null,
    refusals: 0,
    ...over,
  };
}

export function anAgent(agent = "gt-1", over: Partial<AgentState> = {}): AgentState {
  const start = notAsked({ agent, generation: 1, cause: aCause() }, now);
  return { ...start, state: "running", container: "river-1", ...over };
}

export function aStop(over: Partial<WishedStop> = {}): WishedStop {
  return { ...wishedStop("bead closed", now), ...over };
}

export function aNudge(nudge = "n-1", over: Partial<NudgeWish> = {}): NudgeWish {
  return {
    nudge,
    agent: "gt-1",
    generation: 1,
    message: "go on",
    mode: "immediate",
    cause: aCause("c3"),
    wishedAt: now,
    askedAt: null,
    asks: 0,
    givenAt: null,
    ...over,
  };
}

export function aModelWish(agent = "gt-1", over: Partial<ModelWish> = {}): ModelWish {
  return {
    agent,
    generation: 1,
    model: "m2",
    name: null,
    cause: aCause("c4"),
    wishedAt: now,
    askedAt: null,
    asks: 0,
    taken: false,
    ...over,
  };
}

export function aContainer(over: Partial<ContainerState> = {}): ContainerState {
  return {
    ...emptyTown("river").container,
    generation: 1,
    state: "running",
    startedAt: now - 10_000,
    seenAt: now,
    ...over,
  };
}

export function aTown(
  parts: {
    container?: ContainerState;
    wishes?: AgentWish[];
    agents?: AgentState[];
    nudges?: NudgeWish[];
    models?: ModelWish[];
    mayor?: RememberedMayor;
  } = {},
): TownState {
  return {
    container: parts.container ?? emptyTown("river").container,
    wishes: new Map((parts.wishes ?? []).map((wish) => [wish.agent, wish])),
    agents: new Map((parts.agents ?? []).map((agent) => [agent.agent, agent])),
    nudges: new Map((parts.nudges ?? []).map((nudge) => [nudge.nudge, nudge])),
    models: new Map((parts.models ?? []).map((wish) => [wish.agent, wish])),
    mayor: parts.mayor ?? null,
  };
}

export function seenContainer(generation = 1, over: Partial<SeenContainer> = {}): SeenContainer {
  return { name: `river-${generation}`, generation, alive: true, watched: true, ended: null, ...over };
}

export function deadContainer(generation = 1, ended = "killed by SIGKILL"): SeenContainer {
  return seenContainer(generation, { alive: false, ended });
}

export function aStatus(...agents: SeenStatus["agents"][number][]): SeenStatus {
  return { draining: false, keyed: true, agents };
}

export function listed(agent = "gt-1", over: Partial<SeenStatus["agents"][number]> = {}): SeenStatus["agents"][number] {
  return { agent, generation: 1, state: "running", ...over };
}

/** Places of an installation in which nobody waits. */
export const free: Places = { taken: 0, stopping: 0, waiting: 0, ahead: 0 };

/** What is seen when all is as it should be: the container lives and answers. */
export function seen(over: Partial<Seen> = {}): Seen {
  return { containers: [seenContainer()], status: aStatus(), reachableSince: 0, places: free, ...over };
}
