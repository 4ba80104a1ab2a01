import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@gastown/telemetry";
import { labelFilter, readLabels } from "./container-labels.ts";
import type { Engine } from "./engine.ts";

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

/** Resolves when the engine's events are heard. Lost, they are asked for again, and what may have been missed is told. */
export async function watchEnds(options: WatchEndsOptions): Promise<EndsWatch> {
  const { logger } = options;
  const stop = new AbortController();
  const watch = { hears: true, close: () => Promise.resolve() };
  const first = await openEvents(options);
  const running = (async () => {
    await readEvents(first, options, stop.signal);
    for (let tried = 0; !stop.signal.aborted; tried += 1) {
      watch.hears = false;
      await pause(retryMs[Math.min(tried, retryMs.length - 1)] ?? 0, stop.signal);
      if (stop.signal.aborted) return;
      try {
        const events = await openEvents(options);
        watch.hears = true;
        tried = 0;
        await options.onMissed();
        await readEvents(events, options, stop.signal);
      } catch (error) {
        logger.warn({ error }, "the Docker engine's events cannot be heard, trying again");
      }
    }
  })();
  watch.close = () => {
    stop.abort();
    return running;
  };
  return watch;
}

function openEvents({ engine, installation }: WatchEndsOptions): Promise<NodeJS.ReadableStream> {
  const filters = { type: ["container" as const], event: ["die"], label: labelFilter(installation) };
  return engine.streams.getEvents({ filters });
}

/** Resolves when the stream has ended, however it did. */
async function readEvents(
  events: NodeJS.ReadableStream,
  { onEnded, logger }: WatchEndsOptions,
  signal: AbortSignal,
): Promise<void> {
  const through = new PassThrough();
  const end = (): void => {
    if ("destroy" in events && typeof events.destroy === "function") events.destroy();
    through.end();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  events.on("error", (error) => logger.warn({ error }, "the Docker engine's events broke off"));
  events.on("close", () => through.end());
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
