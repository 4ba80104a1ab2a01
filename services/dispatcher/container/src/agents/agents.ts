import type { DataOf, containerHeartbeat, Job } from "@gastown/contracts";
import { createMutex } from "@gastown/service";
import type { Access } from "./access.ts";
import { endRun, type AgentRun } from "./agent-run.ts";

interface AgentsOptions {
  access: Access;
  create: (job: Job) => AgentRun;
  /** The whole life of a run; never throws. */
  live: (run: AgentRun) => Promise<void>;
}
type BeatOfAgents = DataOf<typeof containerHeartbeat>["agents"];

/** The agents of one container: at most one run of an agent at a time, and each start at most once. */
export interface Agents {
  /** Begins a start and answers at once. A start of a generation that was begun or stopped before is the same start. */
  start(job: Job): { accepted: boolean; reason: string | null };
  /** Ends starts of the agent up to the generation, now and to come. */
  stop(agent: string, generation: number, reason: string): void;
  /** Takes no more starts and ends all runs; resolves when they have ended. */
  drain(reason: string): Promise<void>;
  readonly draining: boolean;
  runs(): readonly AgentRun[];
  /** What a heartbeat tells of them. */
  beats(): BeatOfAgents;
}

/** No agent runs yet. */
export function createAgents({ access, create, live }: AgentsOptions): Agents {
  const mutex = createMutex();
  const runs = new Set<AgentRun>();
  const lives = new Set<Promise<void>>();
  /** The newest generation of each agent that was begun or ended here. */
  const newest = new Map<string, number>();
  let draining = false;

  function endUpTo(agent: string, generation: number, reason: string): void {
    newest.set(agent, Math.max(generation, newest.get(agent) ?? 0));
    for (const run of runs) if (run.job.agent === agent && run.job.generation <= generation) endRun(run, { reason });
  }
  async function begin(run: AgentRun): Promise<void> {
    try {
      await mutex.withKey(run.job.agent, () => live(run));
    } finally {
      access.revoke(run);
      runs.delete(run);
    }
  }
  return {
    get draining() {
      return draining;
    },
    start(job) {
      if (draining) return { accepted: false, reason: "the container is draining" };
      if (job.generation <= (newest.get(job.agent) ?? 0)) return { accepted: true, reason: null };
      const run = create(job);
      endUpTo(job.agent, job.generation - 1, "superseded");
      newest.set(job.agent, job.generation);
      runs.add(run);
      access.grant(run);
      const life = begin(run).finally(() => lives.delete(life));
      lives.add(life);
      return { accepted: true, reason: null };
    },
    stop: endUpTo,
    async drain(reason) {
      draining = true;
      for (const run of runs) endRun(run, { reason });
      await Promise.all(lives);
    },
    runs: () => [...runs],
    beats: () =>
      [...runs].map(({ job, aliveAt, activeAt, usage, state }) => ({
        agent: job.agent,
        generation: job.generation,
        // A start is bounded by its own limits; a running server shows its life by answering.
        aliveAt: (state === "running" ? aliveAt : new Date()).toISOString(),
        activeAt: activeAt?.toISOString() ?? null,
        ...usage,
      })),
  };
}
