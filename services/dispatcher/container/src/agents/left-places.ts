import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beadId } from "@gastown/contracts";
import type { StatePaths } from "../state-paths.ts";

/** What is kept of an agent on this host. */
export interface LeftOf {
  /** The rigs in which it has a clone, in order. */
  readonly rigs: readonly string[];
  readonly clones: readonly string[];
  /** The folder of its worktrees, which need not be there. */
  readonly worktrees: string;
  /** Its home and its desk. */
  readonly rooms: readonly string[];
  /** What was found to hold no work, and was not removed to its end. */
  readonly condemned: readonly string[];
}

const suffix = ".gone";

/**
 * The name that a folder has from the moment that it is found to hold no work: half of a clone or of a worktree would look like work, or
 * like work undone.
 */
export function condemnedName(folder: string): string {
  return `${folder}${suffix}`;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The agents among the names in a folder; other things may lie there. */
function agentsAmong(names: readonly string[]): string[] {
  return names.filter((name) => beadId.safeParse(name).success);
}

/** The agents that have a clone of the rig. */
export function agentsWithClones(paths: StatePaths, rig: string): string[] {
  return agentsAmong(namesIn(paths.clones(rig)));
}

/** The agents that anything is kept of. */
export function agentsWithPlaces({ roots }: StatePaths): string[] {
  const folders = [roots.agents, roots.worktrees, ...namesIn(roots.clones).map((rig) => join(roots.clones, rig))];
  const names = folders.flatMap((folder) => namesIn(folder).map((name) => name.replace(suffix, "")));
  return [...new Set(agentsAmong(names))].toSorted();
}

/** All that is kept of the agent. */
export function leftOf(agent: string, paths: StatePaths): LeftOf {
  const all = namesIn(paths.roots.clones).toSorted();
  const rigs = all.filter((rig) => existsSync(paths.clone(agent, rig)));
  const folders = [paths.worktrees(agent), ...all.map((rig) => paths.clone(agent, rig))];
  return {
    rigs,
    clones: rigs.map((rig) => paths.clone(agent, rig)),
    worktrees: paths.worktrees(agent),
    rooms: [paths.home(agent), paths.desk(agent)].filter((folder) => existsSync(folder)),
    condemned: folders.map(condemnedName).filter((folder) => existsSync(folder)),
  };
}
