import type { StartWaitsFor } from "@gastown/contracts";
import type { Limits } from "./limits.ts";
import { containerName, isLive } from "./state.ts";
import type { AgentState, AgentWish, Time, TownState } from "./state.ts";

/** What a start waits for, as people see it. */
interface WaitLine {
  readonly since: Time;
  readonly for: StartWaitsFor;
  readonly refusal: string | null;
}

/** One agent as people see it. */
interface AgentLine {
  readonly agent: string;
  readonly generation: number;
  readonly state: string;
  readonly since: Time;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null when it runs, or is being started or stopped. */
  readonly waits: WaitLine | null;
}

/** A town's container as people see it, with what runs in it and what waits for a place. */
export interface ContainerLine {
  readonly container: string;
  readonly state: "starting" | "running" | "stopping" | "stopped";
  readonly seenAt: Time | null;
  readonly agents: readonly AgentLine[];
}

type Caps = Pick<Limits, "maxAgents" | "starts">;

/** What an agent's start waits for, as people see it. */
function waitingState({ waitsSince }: TownState["container"]): string {
  return waitsSince === null ? "waiting" : "waiting for a free container place";
}

/** What the town's starts wait for, whichever they are; null when each has to be looked at. */
function townWaitsFor({ container, agents }: TownState, { maxAgents, starts }: Caps): StartWaitsFor | null {
  if (!starts) return "dispatch";
  if (container.state === "stopped" && container.waitsSince !== null) return "container_place";
  if (container.state !== "running") return "container";
  return [...agents.values()].filter(isLive).length >= maxAgents ? "agent_place" : null;
}

function waitOf(state: TownState, { wishedAt, refusal }: AgentWish, caps: Caps): WaitLine {
  const waitsFor = townWaitsFor(state, caps) ?? (refusal === null ? "turn" : "refused");
  // The town stands in the queue longer than this start is wished, or shorter: it waits for the place since both are so.
  const since = waitsFor === "container_place" ? Math.max(wishedAt, state.container.waitsSince ?? 0) : wishedAt;
  return { since, for: waitsFor, refusal: refusal ?? failuresOf(state) };
}

/** That the town's containers do not live; null while nothing of that is known. */
function failuresOf({ container: { failures, reason, state } }: TownState): string | null {
  if (failures === 0 || state === "running") return null;
  const how = reason === "" ? "" : `, the last one: ${reason}`;
  return failures === 1
    ? `a container ended without ever answering${how}`
    : `${failures} containers in a row ended without ever answering${how}`;
}

/**
 * The town's container, with every agent that runs in it or is wished: what does not run yet is waiting, and for what is told in the
 * order of what has to come first.
 */
export function viewContainers(state: TownState, caps: Caps): ContainerLine[] {
  const { container, wishes } = state;
  if ((container.generation === 0 || container.forgottenAt !== null) && wishes.size === 0) return [];
  const waitingFor = waitingState(container);
  const running = [...state.agents.values()].filter(isLive).map(lineOf);
  const waiting = [...wishes.values()]
    .filter(({ agent }) => !running.some((line) => line.agent === agent))
    .map((wish) => {
      const { agent, generation } = wish;
      const waits = waitOf(state, wish, caps);
      return { agent, generation, state: waitingFor, since: waits.since, inputTokens: 0, outputTokens: 0, waits };
    });
  return [
    {
      container: containerName(container.town, Math.max(1, container.generation)),
      state: container.generation === 0 ? "starting" : container.state,
      seenAt: container.seenAt,
      agents: [...running, ...waiting].toSorted((a, b) => (a.agent < b.agent ? -1 : 1)),
    },
  ];
}

function lineOf({ agent, generation, state, since, inputTokens, outputTokens }: AgentState): AgentLine {
  return { agent, generation, state, since, inputTokens, outputTokens, waits: null };
}
