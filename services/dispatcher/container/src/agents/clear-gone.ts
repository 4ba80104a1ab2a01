import { existsSync, renameSync, rmdirSync, rmSync } from "node:fs";
import type { Logger } from "@gastown/telemetry";
import type { HostConfig } from "../config.ts";
import { gitEnvironment } from "../git/git-identity.ts";
import type { StatePaths } from "../state-paths.ts";
import { giveFolder } from "../users/give-folder.ts";
import { runTask } from "../users/run-task.ts";
import { emptyTask, lostTask } from "../users/tasks.ts";
import type { Users } from "../users/users.ts";
import type { Agents } from "./agents.ts";
import { goneAgents } from "./gone-agents.ts";
import { agentsWithPlaces, condemnedName, leftOf, type LeftOf } from "./left-places.ts";
import type { RigStores } from "./rig-stores.ts";
import type { WarmServers } from "./warm-servers.ts";

/** Removes what agents that are gone for good have left on this host, when no work is lost with it. */
export interface Clearing {
  /** Looks for such agents, beside whatever else is done. Asked again while it looks, it looks once more. Never throws. */
  begin(): void;
  /** The agent's work was brought to the forge: what was found to stay for it is looked at again. */
  recovered(agent: string): void;
  /** Looks no more; resolves when nothing of it is under way. */
  close(): Promise<void>;
}

interface ClearingOptions {
  config: Pick<HostConfig, "limits">;
  paths: StatePaths;
  /** The ids of all agents that the town has. Throws when it does not answer: then nobody is taken for gone. */
  registered: () => Promise<ReadonlySet<string>>;
  users: Users;
  rigs: Pick<RigStores, "quiet">;
  agents: Pick<Agents, "runs" | "whileAway">;
  warm: Pick<WarmServers, "isFor">;
  /** The PATH of agents. */
  path: string;
  logger: Logger;
}

/** One agent that is gone, and the means to look at what it left. */
interface Leaver extends ClearingOptions {
  agent: string;
  left: LeftOf;
  signal: AbortSignal;
}

function doerOf({ users, agent, left, signal }: Leaver) {
  return { user: users.agent(agent, left.rigs[0] ?? null), signal };
}

function whatStays(leaver: Leaver): Promise<string[]> {
  const { paths, agent, left, path, config } = leaver;
  const identity = { home: paths.home(agent), name: agent, email: `${agent}@gastown.local` };
  const env = { PATH: path, LANG: "C.UTF-8", ...gitEnvironment(identity) };
  // Each command is told where it works.
  const git = { cwd: "/", env, timeoutMs: config.limits.gitMs };
  return runTask(doerOf(leaver), lostTask, { git, left });
}

/** Its clones and worktrees are not found any more by whoever looks for work; worktrees go first, as clones know what is work in them. */
function condemn({ left }: Leaver): string[] {
  const folders = [left.worktrees, ...left.clones].filter((folder) => existsSync(folder));
  for (const folder of folders) renameSync(folder, condemnedName(folder));
  return folders.map(condemnedName);
}

/** Who owns the folders empties them; who has what they lie in takes them away. */
async function remove(leaver: Leaver, folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return;
  await runTask(doerOf(leaver), emptyTask, { folders: [...folders] });
  for (const folder of folders) rmdirSync(folder);
}

/** Nothing of the agent is left, or all that was: answers why. Nobody does anything in its rigs meanwhile. */
async function clear(leaver: Leaver): Promise<string[]> {
  const { paths, agent, left } = leaver;
  const { user } = doerOf(leaver);
  await remove(leaver, left.condemned);
  const folders = [...left.clones, left.worktrees, ...left.rooms].filter((folder) => existsSync(folder));
  // What a host before this one left as its own.
  for (const folder of folders) await giveFolder(folder, user);
  const lost = await whatStays(leaver);
  if (lost.length > 0) return lost;
  await remove(leaver, [...condemn(leaver), ...left.rooms]);
  // Logs of its servers, and what was noted of its session.
  rmSync(paths.own(agent), { recursive: true, force: true });
  return [];
}

/** Does it while nobody else does anything in any of the rigs. */
function quietIn(rigs: readonly string[], stores: ClearingOptions["rigs"], work: () => Promise<void>): Promise<void> {
  const [rig, ...others] = rigs;
  return rig === undefined ? work() : stores.quiet(rig, () => quietIn(others, stores, work));
}

/** What one host finds. */
interface Looking extends ClearingOptions {
  signal: AbortSignal;
  /** Whose work is nowhere else. Nobody works there any more: until somebody recovers it that is so. */
  stay: Set<string>;
}

async function clearAgent(agent: string, options: Looking): Promise<void> {
  const { paths, agents, warm, rigs, logger, signal, stay } = options;
  await agents.whileAway(agent, () =>
    quietIn(leftOf(agent, paths).rigs, rigs, async () => {
      signal.throwIfAborted();
      if (warm.isFor(agent)) return;
      const lost = await clear({ ...options, agent, left: leftOf(agent, paths) });
      if (lost.length === 0) return logger.info({ agent }, "what an agent that is gone had here was removed");
      stay.add(agent);
      logger.warn({ agent, lost }, "what an agent that is gone had here stays: it is nowhere else");
    }),
  );
}

async function look(options: Looking): Promise<void> {
  const { paths, agents, warm, logger, signal, stay } = options;
  const inUse = (agent: string): boolean => warm.isFor(agent) || agents.runs().some((run) => run.job.agent === agent);
  const left = agentsWithPlaces(paths).filter((agent) => !stay.has(agent) && !inUse(agent));
  if (left.length === 0) return;
  for (const agent of goneAgents({ left, registered: await options.registered(), inUse })) {
    try {
      await clearAgent(agent, options);
    } catch (error) {
      signal.throwIfAborted();
      logger.error({ agent, error }, "what an agent that is gone had here could not be removed");
    }
  }
}

/** Nothing is looked for yet. */
export function createClearing(options: ClearingOptions): Clearing {
  const over = new AbortController();
  const { signal } = over;
  const stay = new Set<string>();
  let again = false;
  let looking: Promise<void> | null = null;

  async function lookUntilSeen(): Promise<void> {
    do {
      again = false;
      try {
        await look({ ...options, signal, stay });
      } catch (error) {
        // The next agent that ends, or the next host, looks again.
        if (!signal.aborted) options.logger.warn({ error }, "whether agents are gone is not known");
      }
    } while (again && !signal.aborted);
    looking = null;
  }
  function begin(): void {
    if (signal.aborted) return;
    again = true;
    looking ??= lookUntilSeen();
  }
  return {
    begin,
    recovered(agent) {
      if (stay.delete(agent)) begin();
    },
    async close() {
      over.abort();
      await looking;
    },
  };
}
