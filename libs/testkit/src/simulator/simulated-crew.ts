import {
  agentDone,
  nudgeAgent,
  reportAgent,
  reportHeartbeat,
  reportNudge,
  startAgent,
  stopAgent,
  type DataOf,
  type Job,
  type WorkerJob,
} from "@gastown/contracts";
import type { Random } from "./random.ts";
import type { SimulatedForge } from "./simulated-forge.ts";
import type { SimulatedOrder } from "./simulated-town.ts";
import type { Tell } from "./tell.ts";

/** How an agent can behave: well, badly, or not at all. */
export type Behaviour = "succeed" | "fail" | "lie" | "quit" | "crash" | "vanish" | "hang";

/** One start of an agent that runs. */
export interface Run {
  readonly job: WorkerJob;
  tokens: number;
}

/** The dispatcher and the agents it runs. */
export class SimulatedCrew {
  /** What runs, by agent. */
  readonly runs = new Map<string, Run>();
  /** Every start that ever ran, `<agent>#<generation>`: never twice. */
  readonly started = new Set<string>();
  readonly #tell: Tell;
  readonly #random: Random;
  readonly #forge: SimulatedForge;

  constructor({ tell, random, forge }: { tell: Tell; random: Random; forge: SimulatedForge }) {
    this.#tell = tell;
    this.#random = random;
    this.#forge = forge;
  }

  obey({ command, data }: SimulatedOrder, now: number): void {
    if (command.type === startAgent.type) this.#start(data as Job, now);
    if (command.type === stopAgent.type) this.#stop(data as DataOf<typeof stopAgent>, now);
    if (command.type === nudgeAgent.type) this.#nudge(data as DataOf<typeof nudgeAgent>);
  }

  /** Some running agent does what the behaviour says. */
  act(behaviour: Behaviour, now: number): void {
    const run = this.#random.pick([...this.runs.values()]);
    if (run !== undefined) this.behave(run, behaviour, now);
  }

  behave(run: Run, behaviour: Behaviour, now: number): void {
    const { job } = run;
    switch (behaviour) {
      case "succeed":
        this.#finish(job, now);
        return this.end(job, "done", now);
      case "fail":
        this.#done(job, "failed", null);
        return this.end(job, "done", now);
      case "lie":
        return this.#lie(job, now);
      case "quit":
        return this.end(job, "done", now);
      case "crash":
        return this.end(job, "crashed", now);
      case "vanish":
        this.runs.delete(job.agent);
        return;
      case "hang":
        return;
    }
  }

  /** All that run are alive, and have used more. */
  beat(now: number): void {
    const at = new Date(now).toISOString();
    const agents = [...this.runs.values()].map((run) => {
      run.tokens += this.#random.below(1000);
      const { agent, generation } = run.job;
      return { agent, generation, aliveAt: at, activeAt: this.#random.chance(0.7) ? at : null, tokens: run.tokens };
    });
    if (agents.length > 0) this.#tell(reportHeartbeat, { agents });
  }

  end({ agent, generation }: Pick<Job, "agent" | "generation">, reason: string, now: number): void {
    if (this.runs.get(agent)?.job.generation === generation) this.runs.delete(agent);
    const at = new Date(now).toISOString();
    this.#tell(reportAgent, { agent, generation, state: "exited", reason, at });
  }

  #start(job: Job, now: number): void {
    const { agent, generation } = job;
    // The mayor has a world of its own.
    if (job.role === "mayor") return;
    if (this.started.has(`${agent}#${generation}`)) return;
    this.started.add(`${agent}#${generation}`);
    const at = new Date(now).toISOString();
    if (this.#random.chance(0.03)) {
      this.#tell(reportAgent, { agent, generation, state: "failed", reason: "no room", at });
      return;
    }
    this.runs.set(agent, { job, tokens: 0 });
    this.#tell(reportAgent, { agent, generation, state: "running", reason: "", at });
  }

  #stop({ agent, generation }: DataOf<typeof stopAgent>, now: number): void {
    const run = this.runs.get(agent);
    if (run !== undefined && run.job.generation <= generation) return this.end(run.job, "stopped", now);
    this.end({ agent, generation }, "stopped", now);
  }

  #nudge({ agent, generation, nudge }: DataOf<typeof nudgeAgent>): void {
    const runs = this.runs.get(agent)?.job.generation === generation;
    this.#tell(reportNudge, { nudge, agent, state: runs ? "delivered" : "failed", reason: runs ? "" : "not running" });
  }

  #finish(job: WorkerJob, now: number): void {
    if (job.review !== null) {
      this.#done(job, this.#random.chance(0.85) ? "approved" : "changes_requested", job.review.head);
      return;
    }
    this.#done(job, "completed", this.#forge.push(job.rig.rig, job.branch, now));
  }

  /** It says what is not so: another's bead, an older start, a head nobody pushed, or the same thing twice. */
  #lie(job: WorkerJob, now: number): void {
    const outcome = job.review === null ? "completed" : "approved";
    const lies: readonly (() => void)[] = [
      () => this.#done({ ...job, bead: { ...job.bead, bead: "gt-zzz" } }, outcome, null),
      () => this.#done({ ...job, generation: Math.max(1, job.generation - 1) }, outcome, null),
      () => this.#done(job, outcome, "f".repeat(40)),
      () => {
        this.#finish(job, now);
        this.#done(job, outcome, null);
      },
    ];
    this.#random.pick(lies)?.();
  }

  #done(
    { agent, generation, bead }: WorkerJob,
    outcome: DataOf<typeof agentDone>["outcome"],
    head: string | null,
  ): void {
    const said = { agent, generation, bead: bead.bead, outcome, summary: outcome, ...(head === null ? {} : { head }) };
    this.#tell(agentDone, said, `agent:${agent}`);
  }
}
