import { onTestFinished } from "vitest";
import { consumeCommands, type Bus, type ConsumeOptions, type Consuming, type Handling } from "../index.ts";
import { silent } from "./silent.ts";

/** Consumes the town's commands until the test ends, with short waits. `stop` ends it earlier. */
export function startConsuming(
  bus: Bus,
  options: Handling & Partial<Omit<ConsumeOptions, keyof Handling>>,
): Consuming & { stop(): Promise<void> } {
  const stopping = new AbortController();
  const consuming = consumeCommands(bus, {
    owner: "town",
    service: "town",
    logger: silent,
    signal: stopping.signal,
    retryDelaysMs: [50],
    ...options,
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await consuming.done;
  };
  onTestFinished(stop);
  return { ...consuming, stop };
}
