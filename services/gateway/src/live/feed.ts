import { eventStreamInfo, followEvents, type Bus } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import { setTimeout as wait } from "node:timers/promises";
import { eventFrame } from "./frames.ts";
import type { Framed } from "./ring.ts";
import { createRings } from "./rings.ts";
import { createSlots } from "./slots.ts";

/** Readers of older events at the same time; the others wait (nats §6). */
const catchUpSlots = 8;
const retryMs = [200, 500, 1_000, 2_000, 5_000];

export type ResetReason = "stream_recreated" | "too_old" | "ahead";

export interface Watcher {
  event(event: Framed): void;
  /** Events were lost between the log and this gateway: what the watcher has is no base any more. */
  reset(reason: ResetReason): void;
}

export interface StreamState {
  /** When the event log was made: another one has other sequences. */
  created: string;
  firstSeq: number;
  lastSeq: number;
}

interface FeedOptions {
  bus: Bus;
  logger: Logger;
  signal: AbortSignal;
}

/** The one reader of the event log in this gateway, and who watches which town. A lost reader begins again where it was. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #slots = createSlots(catchUpSlots);
  readonly #rings;
  #created: string;
  #lastSeq: number;
  #trouble: string | null = null;
  #reading = new AbortController();
  /** Resolves when the signal given at the start has ended the feed. */
  readonly done: Promise<void>;

  private constructor(options: FeedOptions, log: StreamState) {
    this.#options = options;
    this.#rings = createRings(log.lastSeq);
    this.#created = log.created;
    this.#lastSeq = log.lastSeq;
    this.done = this.#run();
  }

  /** Begins at the log's end. Resolves when the log was found. */
  static async start(options: FeedOptions): Promise<Feed> {
    for (let failures = 0; ; failures++) {
      options.signal.throwIfAborted();
      try {
        return new Feed(options, await eventStreamInfo(options.bus));
      } catch (error) {
        options.logger.warn({ err: error }, "event log is not there yet");
        await pauseAfter(failures, options.signal);
      }
    }
  }

  /** The sequence of the newest event that watchers were given. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The log as it is now. A log that was made anew, or has lost its end, resets every watcher first. */
  async look(): Promise<StreamState> {
    const { bus } = this.#options;
    const seen = this.#lastSeq;
    const log = await eventStreamInfo(bus);
    if (log.created !== this.#created || log.lastSeq < seen) {
      this.#startOver(log, "stream_recreated");
      this.#reading.abort();
    }
    return log;
  }

  /** The town's events after `seq` when they are all at hand, else null. */
  after(town: string, seq: number): Framed[] | null {
    return this.#rings.after(town, seq);
  }

  /** From now on the watcher is given the town's events; the answer ends that. */
  watch(town: string, watcher: Watcher): () => void {
    const set = this.#watchers.get(town) ?? new Set();
    this.#watchers.set(town, set.add(watcher));
    return () => {
      set.delete(watcher);
      if (set.size === 0 && this.#watchers.get(town) === set) this.#watchers.delete(town);
    };
  }

  /** Runs a reader of older events when there is a free slot. */
  catchUp<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#slots.run(signal, work);
  }

  health(): { ok: boolean; reason?: string } {
    return this.#trouble === null ? { ok: true } : { ok: false, reason: this.#trouble };
  }

  async #run(): Promise<void> {
    const { signal, logger } = this.#options;
    for (let attempt = 0, failures = 0; !signal.aborted; attempt++) {
      try {
        if (attempt > 0) await this.#resume();
        await this.#read();
        failures = 0;
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
        if (!signal.aborted)
          logger.warn({ err: error, lastSeq: this.#lastSeq }, "event log cannot be read, trying again");
        await pauseAfter(failures++, signal);
      }
    }
  }

  async #read(): Promise<void> {
    this.#reading = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, this.#reading.signal]);
    const { bus } = this.#options;
    for await (const { seq, envelope } of followEvents(bus, { fromSeq: this.#lastSeq + 1, signal })) {
      if (signal.aborted) return;
      this.#trouble = null;
      this.#lastSeq = seq;
      const framed = { seq, frame: eventFrame(seq, envelope) };
      this.#rings.push(envelope.townid, framed);
      for (const watcher of this.#watchers.get(envelope.townid) ?? []) watcher.event(framed);
    }
  }

  /** After an interruption: is what comes next really what comes next? */
  async #resume(): Promise<void> {
    const log = await this.look();
    if (log.firstSeq > this.#lastSeq + 1) this.#startOver(log, "too_old");
    this.#trouble = null;
  }

  #startOver(log: StreamState, reason: ResetReason): void {
    this.#created = log.created;
    this.#lastSeq = log.lastSeq;
    this.#rings.clear(log.lastSeq);
    this.#options.logger.warn({ reason, ...log }, "event log does not continue, watchers are reset");
    for (const set of this.#watchers.values()) for (const watcher of set) watcher.reset(reason);
  }
}

async function pauseAfter(failures: number, signal: AbortSignal): Promise<void> {
  const ms = retryMs[Math.min(failures, retryMs.length - 1)] ?? 0;
  // An abort ends the pause early; whoever pauses looks at the signal next.
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
