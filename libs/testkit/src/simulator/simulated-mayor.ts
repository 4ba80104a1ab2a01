import {
  nudgeAgent,
  reportAgent,
  reportHeartbeat,
  reportNudge,
  startAgent,
  stopAgent,
  type DataOf,
  type EndCause,
  type Job,
} from "@gastown/contracts";
import type { Random } from "./random.ts";
import type { SimulatedOrder } from "./simulated-town.ts";
import type { Tell } from "./tell.ts";

/** The mayor of a town and its container: it listens, it dies, and it is stopped when nobody speaks to it. */
export class SimulatedMayor {
  #agent = "";
  #newest = 0;
  #running: number | null = null;
  readonly #tell: Tell;
  readonly #random: Random;

  constructor(tell: Tell, random: Random) {
    this.#tell = tell;
    this.#random = random;
  }

  /** Does what it is asked about the mayor; false when it is about somebody else. */
  obey({ command, data }: SimulatedOrder, now: number): boolean {
    if (command.type === startAgent.type) return this.#start(data as Job, now);
    const { agent } = data as { readonly agent?: string };
    if (agent !== this.#agent) return false;
    if (command.type === nudgeAgent.type) this.#hear(data as DataOf<typeof nudgeAgent>);
    if (command.type === stopAgent.type) this.#stop(data as DataOf<typeof stopAgent>, now);
    return true;
  }

  /** Something becomes of it. */
  act(now: number): void {
    const deeds: readonly (() => void)[] = [
      () => this.#beat(now),
      () => this.#beat(now),
      () => this.#end("crashed", now),
      () => this.rest(now),
      () => (this.#running = null),
    ];
    this.#random.pick(deeds)?.();
  }

  /** Nobody speaks to it: its container is stopped. */
  rest(now: number): void {
    this.#end("stopped", now);
  }

  #start({ agent, generation, role }: Job, now: number): boolean {
    if (role !== "mayor") return false;
    this.#agent = agent;
    if (generation <= this.#newest) return true;
    this.#newest = generation;
    const fails = this.#random.chance(0.1);
    this.#running = fails ? null : generation;
    this.#report(generation, fails ? { state: "failed" } : { state: "running" }, now);
    return true;
  }

  #hear({ agent, generation, nudge }: DataOf<typeof nudgeAgent>): void {
    const runs = this.#running === generation;
    this.#tell(reportNudge, { nudge, agent, state: runs ? "delivered" : "failed", reason: runs ? "" : "not running" });
  }

  #stop({ generation }: DataOf<typeof stopAgent>, now: number): void {
    if (this.#running !== null && this.#running <= generation) return this.#end("stopped", now);
    this.#newest = Math.max(this.#newest, generation);
    this.#report(generation, { state: "exited", cause: "stopped" }, now);
  }

  #end(cause: EndCause, now: number): void {
    const generation = this.#running;
    this.#running = null;
    if (generation !== null) this.#report(generation, { state: "exited", cause }, now);
  }

  #report(generation: number, how: { state: "running" | "exited" | "failed"; cause?: EndCause }, now: number): void {
    const at = new Date(now).toISOString();
    this.#tell(reportAgent, { agent: this.#agent, generation, ...how, reason: how.cause ?? "", at });
  }

  #beat(now: number): void {
    if (this.#running === null) return;
    const at = new Date(now).toISOString();
    const beat = { agent: this.#agent, generation: this.#running, aliveAt: at, activeAt: at };
    this.#tell(reportHeartbeat, { agents: [{ ...beat, busy: this.#random.chance(0.5) }] });
  }
}
