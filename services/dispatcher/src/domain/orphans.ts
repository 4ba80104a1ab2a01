import type { ContainerState } from "./state.ts";

/** A container as its runtime lists it. */
interface ListedContainer {
  readonly name: string;
  readonly town: string;
  readonly generation: number;
  readonly alive: boolean;
}

/** A process that lives in an agent's home. */
export interface AgentProcess {
  readonly town: string;
  readonly agent: string;
  readonly pid: number;
  readonly command: string;
}

/** What is known at one moment of all that runs and of who wants it. */
export interface Installation {
  readonly listed: readonly ListedContainer[];
  /** The towns that the dispatcher has rows of. */
  readonly towns: ReadonlyMap<string, Pick<ContainerState, "generation" | "state">>;
  readonly processes: readonly AgentProcess[];
  /** The agents that a town's living container has, or gets ready for; a town whose container does not answer is left out. */
  readonly agents: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Something that runs, or is kept, and nobody wants. */
export interface Orphan {
  readonly kind: "container" | "process";
  readonly town: string;
  readonly name: string;
  readonly detail: string;
}

function whyUnwanted({ town, generation, alive }: ListedContainer, { towns }: Installation): string | null {
  const known = towns.get(town);
  if (known === undefined) return "nothing is known of its town";
  if (known.generation !== generation) return `the town's container is number ${known.generation}`;
  return alive && known.state === "stopped" ? "the town's container counts as stopped" : null;
}

function whyAlone({ town, agent }: AgentProcess, { listed, agents }: Installation): string | null {
  if (!listed.some((container) => container.alive && container.town === town)) return "its town has no container";
  const known = agents.get(town);
  return known === undefined || known.has(agent) ? null : "its container does not run that agent";
}

/**
 * Containers that no town wants, and processes of agents that no container has. What is between two states at the moment may look like
 * one: who asks has to look twice. Pure.
 */
export function findOrphans(installation: Installation): Orphan[] {
  const containers = installation.listed.flatMap((one): Orphan[] => {
    const detail = whyUnwanted(one, installation);
    return detail === null ? [] : [{ kind: "container", town: one.town, name: one.name, detail }];
  });
  const processes = installation.processes.flatMap((one): Orphan[] => {
    const why = whyAlone(one, installation);
    if (why === null) return [];
    return [
      { kind: "process", town: one.town, name: `${one.agent}, process ${one.pid}`, detail: `${why}: ${one.command}` },
    ];
  });
  return [...containers, ...processes];
}
