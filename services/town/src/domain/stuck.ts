import type { Agent } from "./agent.ts";
import { isWork, type Work } from "./bead.ts";
import type { Nudge } from "./nudge.ts";
import type { Snapshot } from "./snapshot.ts";

/** Who says the nudges that are about doing nothing: of no use to a later start. */
export const stuckSource = "rule:nudge-stuck-agents";

/** An agent at work on its bead, and since when it has done nothing. */
export interface AtWork {
  readonly agent: Agent;
  readonly work: Work;
  readonly since: number;
}

/**
 * Every agent whose process runs and works on its bead, mayors excepted. It has done nothing since its last activity in this
 * start, else since its dispatch (kilo-town §3.6). As long as nothing was heard of it since we began to listen, it may have been
 * busy while we did not: then it counts from there.
 */
export function agentsAtWork(snapshot: Snapshot): AtWork[] {
  return [...snapshot.agents.values()].flatMap((agent) => {
    const { role, status, process, hook, dispatchedAt } = agent;
    if (role === "mayor" || status !== "working" || process.state !== "running" || dispatchedAt === null) return [];
    const work = snapshot.beads.get(hook ?? "");
    if (work === undefined || !isWork(work) || work.status !== "in_progress" || work.assignee !== agent.agent)
      return [];
    return [{ agent, work, since: idleSince(agent, dispatchedAt, snapshot) }];
  });
}

function idleSince({ aliveAt, activeAt }: Agent, dispatchedAt: number, { listeningSince }: Snapshot): number {
  const active = Math.max(dispatchedAt, activeAt ?? 0);
  return aliveAt !== null && aliveAt >= listeningSince ? active : Math.max(active, listeningSince);
}

/** It is about a start of the agent that does not work any more. */
export function isAboutEarlierStart({ source, createdAt }: Nudge, { status, dispatchedAt }: Agent): boolean {
  return source === stuckSource && (status !== "working" || dispatchedAt === null || createdAt < dispatchedAt);
}
