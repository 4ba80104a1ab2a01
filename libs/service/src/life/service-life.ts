import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { answerForRun, connectBus, forgetRun, markRun, newMessageId, type Bus, type BusOptions } from "@gastown/bus";
import type { ServiceRun } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { errorOf } from "./error-of.ts";
import { tellLeftRuns } from "./tell-left-runs.ts";
import { tellBootFailed, tellCrashed, tellStarted } from "./tell-life.ts";

/** How long a process that has to end tries to say why. */
const lastWordsMs = 1_000;
/** How long it may take at a clean end to take the mark away. */
const farewellMs = 2_000;
const retryMs = [500, 2_000, 10_000];

export interface LifeOptions {
  /** Its name in events; replicas share it. */
  service: string;
  /** How NATS is reached. */
  bus: Pick<BusOptions, "servers" | "user" | "password" | "credentials">;
  logger: Logger;
}

/** What is known of this process outside of it: a mark while it runs, and events (decision 0024). Nothing of it throws. */
export interface ServiceLife {
  /** It does its work now. */
  started(): void;
  /** Tells, within a second, that this ends the process. */
  crashed(error: unknown): Promise<void>;
  /** Tells, within a second, why it could not start. */
  bootFailed(error: unknown): Promise<void>;
  /** It ends as it should: the mark goes. */
  ended(): Promise<void>;
}

/** Marks this process as a run of the service as soon as NATS can be reached, and tells of earlier runs that crashed; nobody waits for it. */
export function beginLife({ service, bus: address, logger }: LifeOptions): ServiceLife {
  const life = new Life(service, logger);
  life.begin(address);
  return {
    started: () => life.doing("the start was not told", (bus, run) => tellStarted(bus, run)),
    crashed(error) {
      const told = errorOf(error);
      return life.end(lastWordsMs, (bus, run) => tellCrashed(bus, run, told));
    },
    bootFailed(error) {
      const told = errorOf(error);
      return life.end(lastWordsMs, (bus, run) => tellBootFailed(bus, run, told));
    },
    ended: () => life.end(farewellMs, () => Promise.resolve()),
  };
}

type Saying = (bus: Bus, run: ServiceRun) => Promise<void>;

class Life {
  readonly #run: ServiceRun;
  readonly #logger: Logger;
  /** Aborted when the end begins: nothing new is tried. */
  readonly #ending = new AbortController();
  readonly #bus = Promise.withResolvers<Bus>();
  #marked: Promise<void> = Promise.resolve();
  #ended: Promise<void> | null = null;

  constructor(service: string, logger: Logger) {
    const startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
    this.#run = { service, run: newMessageId(), host: hostname(), pid: process.pid, startedAt };
    this.#logger = logger;
    this.#bus.promise.catch(() => undefined); // whoever wants it hears of it
  }

  begin(address: LifeOptions["bus"]): void {
    const name = this.#run.service;
    const options = { ...address, name: `${name}/run`, inboxPrefix: `_INBOX_${name}` };
    this.#bus.resolve(connectBus({ ...options, logger: this.#logger, signal: this.#ending.signal }));
    this.#marked = this.#quietly("the run has no mark", (bus) => this.#mark(bus));
    this.doing("earlier runs were not looked at", (bus, run) =>
      tellLeftRuns(bus, run, { logger: this.#logger, signal: this.#ending.signal }),
    );
  }

  /** Does it when the run has its mark. */
  doing(trouble: string, say: Saying): void {
    void this.#marked.then(() => (this.#ending.signal.aborted ? undefined : this.#quietly(trouble, say)));
  }

  /** Says the last thing and takes the mark away; resolves when that is done, or the time is over. Only the first end is told. */
  end(withinMs: number, say: Saying): Promise<void> {
    // Whoever waits for a connection waits no longer.
    this.#ended ??= within(withinMs, this.#end(say)).finally(() => this.#ending.abort(new Error("the run ends")));
    return this.#ended;
  }

  async #end(say: Saying): Promise<void> {
    try {
      const bus = await this.#bus.promise;
      try {
        this.#ending.abort(new Error("the run ends"));
        await this.#marked;
        await say(bus, this.#run);
        await forgetRun(bus, this.#run);
      } finally {
        await bus.close();
      }
    } catch (error) {
      this.#logger.warn({ error }, "the end of the run was not told");
    }
  }

  async #mark(bus: Bus): Promise<void> {
    answerForRun(bus, this.#run, this.#ending.signal);
    for (let tried = 0; !this.#ending.signal.aborted; tried += 1) {
      try {
        return await markRun(bus, this.#run);
      } catch (error) {
        this.#logger.warn({ error, tried }, "the run cannot be marked yet");
        const ms = retryMs[Math.min(tried, retryMs.length - 1)] ?? 0;
        await wait(ms, undefined, { signal: this.#ending.signal });
      }
    }
  }

  async #quietly(trouble: string, say: Saying): Promise<void> {
    try {
      await say(await this.#bus.promise, this.#run);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#logger.warn({ error }, trouble);
    }
  }
}

/** Resolves when the work is done, or the time is over. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  try {
    await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
