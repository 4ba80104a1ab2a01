import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@gastown/telemetry";
import { labelFilter, readLabels } from "./container-labels.ts";
import type { Engine } from "./engine.ts";

/** Of silence, until the other side is asked for the first time; the system asks every second then, ten times. */
const keepAliveMs = 30_000;
const retryMs = [500, 1_000, 2_000, 5_000, 15_000];

export interface WatchEndsOptions {
  engine: Engine;
  installation: string;
  onEnded: (town: string) => void;
  /** Ends may have been missed: whoever cares has to look. */
  onMissed: () => Promise<void>;
  logger: Logger;
}

/** Tells ends of the installation's containers, also of those that another process started. */
export interface EndsWatch {
  /** False while the engine cannot be heard. */
  readonly hears: boolean;
  close(): Promise<void>;
}

type Events = NodeJS.ReadableStream;
interface Hearing {
  hears: boolean;
}

/** Resolves when the engine's events are heard. Lost, they are asked for again, and what may have been missed is told. */
export async function watchEnds(options: WatchEndsOptions): Promise<EndsWatch> {
  const stop = new AbortController();
  const hearing: Hearing = { hears: true };
  const done = listen(await openEvents(options), options, { hearing, signal: stop.signal });
  return {
    get hears() {
      return hearing.hears;
    },
    close() {
      stop.abort();
      return done;
    },
  };
}

/**
 * An engine that is gone without a word sends nothing, as one does on which nothing ends. So the system asks whether its side of a TCP
 * connection still lives, and ends the stream when it does not. A socket in the file system ends with its engine.
 */
function keepAlive(events: Events): void {
  if ("socket" in events && events.socket instanceof Socket) events.socket.setKeepAlive(true, keepAliveMs);
}

/** Resolves when it is told to stop, and never throws. */
async function listen(
  first: Events,
  options: WatchEndsOptions,
  state: { hearing: Hearing; signal: AbortSignal },
): Promise<void> {
  for (let events: Events | null = first; events !== null; events = await reopen(options, state)) {
    try {
      await readEvents(events, options, state.signal);
    } catch (error) {
      options.logger.warn({ error }, "the Docker engine's events cannot be read");
    } finally {
      destroy(events);
    }
    state.hearing.hears = false;
  }
}

/** The engine's events, from before what was missed is looked for; null when it is told to stop. */
async function reopen(
  options: WatchEndsOptions,
  { hearing, signal }: { hearing: Hearing; signal: AbortSignal },
): Promise<Events | null> {
  for (let tried = 0; ; tried += 1) {
    await pause(retryMs[Math.min(tried, retryMs.length - 1)] ?? 0, signal);
    if (signal.aborted) return null;
    let events: Events | null = null;
    try {
      events = await openEvents(options);
      await options.onMissed();
      hearing.hears = true;
      return events;
    } catch (error) {
      if (events !== null) destroy(events);
      options.logger.warn({ error }, "the Docker engine's events cannot be heard, trying again");
    }
  }
}

function destroy(events: Events): void {
  if ("destroy" in events && typeof events.destroy === "function") events.destroy();
}

async function openEvents({ engine, installation }: WatchEndsOptions): Promise<Events> {
  const filters = { type: ["container" as const], event: ["die"], label: labelFilter(installation) };
  const events = await engine.streams.getEvents({ filters });
  keepAlive(events);
  return events;
}

/** Resolves when the stream has ended, however it did, or when it is told to stop. */
async function readEvents(events: Events, { onEnded, logger }: WatchEndsOptions, signal: AbortSignal): Promise<void> {
  const through = new PassThrough();
  const end = (): void => void through.end();
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  events.on("error", (error) => logger.warn({ error }, "the Docker engine's events broke off"));
  events.on("close", end);
  events.pipe(through);
  for await (const line of createInterface({ input: through })) {
    const town = townOf(line);
    if (town !== null && !signal.aborted) onEnded(town);
  }
  signal.removeEventListener("abort", end);
}

function townOf(line: string): string | null {
  if (line.trim() === "") return null;
  const { Actor } = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } };
  return readLabels(Actor?.Attributes ?? {})?.town ?? null;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
