import { containerName, isLive } from "./state.ts";
import type { AgentState, Time, TownState } from "./state.ts";

/** One agent as people see it. */
interface AgentLine {
  readonly agent: string;
  readonly generation: number;
  readonly state: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A town's container as people see it, with what runs in it and what waits for a place. */
export interface ContainerLine {
  readonly container: string;
  readonly state: "starting" | "running" | "stopping" | "stopped";
  readonly seenAt: Time | null;
  readonly agents: readonly AgentLine[];
}

/** What an agent's start waits for, as people see it. */
function waitingState({ waitsSince }: TownState["container"]): string {
  return waitsSince === null ? "waiting" : "waiting for a free container place";
}

/** The town's container, with every agent that runs in it or is wished: what does not run yet is waiting. */
export function viewContainers(state: TownState): ContainerLine[] {
  const { container, wishes } = state;
  if ((container.generation === 0 || container.forgottenAt !== null) && wishes.size === 0) return [];
  const waitingFor = waitingState(container);
  const running = [...state.agents.values()].filter(isLive).map(lineOf);
  const waiting = [...wishes.values()]
    .filter(({ agent }) => !running.some((line) => line.agent === agent))
    .map(({ agent, generation }) => ({ agent, generation, state: waitingFor, inputTokens: 0, outputTokens: 0 }));
  return [
    {
      container: containerName(container.town, Math.max(1, container.generation)),
      state: container.generation === 0 ? "starting" : container.state,
      seenAt: container.seenAt,
      agents: [...running, ...waiting].toSorted((a, b) => (a.agent < b.agent ? -1 : 1)),
    },
  ];
}

function lineOf({ agent, generation, state, inputTokens, outputTokens }: AgentState): AgentLine {
  return { agent, generation, state, inputTokens, outputTokens };
}
