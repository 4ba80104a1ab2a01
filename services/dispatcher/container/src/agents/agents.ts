import type { ContainerData, ContainerReply } from "@gastown/bus";
import type { DataOf, containerHeartbeat, Job } from "@gastown/contracts";
import { createMutex } from "@gastown/service";
import type { Access } from "./access.ts";
import { endingOf, endRun, type AgentRun } from "./agent-run.ts";
import { beatOf } from "./beat-of.ts";

interface AgentsOptions {
  access: Access;
  create: (job: Job, variables: Record<string, string>) => AgentRun;
  /** The whole life of a run, which tells itself what becomes of it. */
  live: (run: AgentRun) => Promise<void>;
  /** Called with what a life threw after all: nobody else would hear of it. */
  failed: (run: AgentRun, error: unknown) => void;
  /** A run is over, and counts for nothing any more. */
  over: () => void;
}
type BeatOfAgents = DataOf<typeof containerHeartbeat>["agents"];

/** The agents of one container: at most one run of an agent at a time, and each start at most once. */
export interface Agents {
  /** Begins a start and answers at once. A start of a generation that was begun or stopped before is the same start. */
  start(start: ContainerData<"start">): ContainerReply<"start">;
  /** Ends starts of the agent up to the generation, now and to come. */
  stop(agent: string, generation: number, reason: string): void;
  /** Starts of the agent up to the generation that are being ended end without what may be left out. */
  force(agent: string, generation: number): void;
  /** Says something to a start, now or when its turn ends; once, however often it is asked. Not to one that has handed in. */
  nudge(nudge: ContainerData<"nudge">): Promise<ContainerReply<"nudge">>;
  /** Wishes another model for a start, from its next turn on; the newest wish counts. */
  changeModel(wish: ContainerData<"model">): ContainerReply<"model">;
  /** Takes no more starts and ends all runs; resolves when they have ended. */
  drain(reason: string): Promise<void>;
  /** Does something while no run of the agent is here: one that is asked for begins after it. Does nothing when there is one. */
  whileAway(agent: string, work: () => Promise<void>): Promise<void>;
  readonly draining: boolean;
  runs(): readonly AgentRun[];
  /** What a heartbeat tells of them. */
  beats(): BeatOfAgents;
}

/** So long a nudge's answer waits for the agent server, well within the dispatcher's patience. */
const nudgeMs = 2_000;

function refused(reason: string): ContainerReply<"nudge"> {
  return { accepted: false, given: false, reason };
}

async function nudgeRun(run: AgentRun | undefined, nudge: ContainerData<"nudge">): Promise<ContainerReply<"nudge">> {
  if (run === undefined) return refused("this start does not run here");
  if (run.nudges.isGiven(nudge.nudge)) return { accepted: true, given: true, reason: null };
  if (run.done !== null) return refused("its work is handed in");
  if (run.state === "stopping" || endingOf(run) !== null) return refused("it is being stopped");
  run.nudges.add(nudge);
  return { accepted: true, given: await run.nudges.untilGiven(nudge.nudge, nudgeMs), reason: null };
}

function changeRefusal(run: AgentRun | undefined): string | null {
  if (run === undefined) return "this start does not run here";
  if (run.done !== null) return "its work is handed in";
  return run.state === "stopping" || endingOf(run) !== null ? "it is being stopped" : null;
}

function wishModel(run: AgentRun | undefined, { model }: ContainerData<"model">): ContainerReply<"model"> {
  const refusal = changeRefusal(run);
  if (refusal === null) run?.modelWishes.wish(model);
  return { accepted: refusal === null, reason: refusal };
}

interface Start {
  agent: string;
  generation: number;
}

function runOf(runs: ReadonlySet<AgentRun>, { agent, generation }: Start): AgentRun | undefined {
  return [...runs].find(({ job }) => job.agent === agent && job.generation === generation);
}

function runsUpTo(runs: ReadonlySet<AgentRun>, { agent, generation }: Start): AgentRun[] {
  return [...runs].filter(({ job }) => job.agent === agent && job.generation <= generation);
}

function isHere(runs: ReadonlySet<AgentRun>, agent: string): boolean {
  return [...runs].some(({ job }) => job.agent === agent);
}

/** No agent runs yet. */
export function createAgents({ access, create, live, failed, over }: AgentsOptions): Agents {
  const mutex = createMutex();
  const runs = new Set<AgentRun>();
  const lives = new Set<Promise<void>>();
  /** The newest generation of each agent that was begun or ended here. */
  const newest = new Map<string, number>();
  let draining = false;

  function endUpTo(agent: string, generation: number, reason: string): void {
    newest.set(agent, Math.max(generation, newest.get(agent) ?? 0));
    for (const run of runsUpTo(runs, { agent, generation })) endRun(run, { reason, cause: "stopped" });
  }
  async function begin(run: AgentRun): Promise<void> {
    try {
      await mutex.withKey(run.job.agent, () => live(run));
    } catch (error) {
      failed(run, error);
    } finally {
      access.revoke(run);
      runs.delete(run);
      over();
    }
  }
  return {
    get draining() {
      return draining;
    },
    start({ variables, ...job }) {
      if (draining) return { accepted: false, reason: "the container is draining" };
      if (job.generation <= (newest.get(job.agent) ?? 0)) return { accepted: true, reason: null };
      const run = create(job, variables);
      endUpTo(job.agent, job.generation - 1, "superseded");
      newest.set(job.agent, job.generation);
      runs.add(run);
      access.grant(run);
      const life = begin(run).finally(() => lives.delete(life));
      lives.add(life);
      return { accepted: true, reason: null };
    },
    stop: endUpTo,
    force(agent, generation) {
      for (const run of runsUpTo(runs, { agent, generation })) run.force.abort();
    },
    nudge(nudge) {
      return nudgeRun(runOf(runs, nudge), nudge);
    },
    changeModel: (wish) => wishModel(runOf(runs, wish), wish),
    async drain(reason) {
      draining = true;
      for (const run of runs) endRun(run, { reason, cause: "saved" });
      await Promise.all(lives);
    },
    async whileAway(agent, work) {
      // One that works may do so for hours.
      if (!isHere(runs, agent)) await mutex.withKey(agent, () => (isHere(runs, agent) ? undefined : work()));
    },
    runs: () => [...runs],
    beats: () => [...runs].map(beatOf),
  };
}
