import type { AgentRun } from "./agent-run.ts";

/** Resolves when the promise does, or as soon as the run is to end by force: then nobody hears any more what becomes of the promise. */
export async function unlessForced({ force }: Pick<AgentRun, "force">, promise: Promise<void>): Promise<void> {
  const { promise: forced, resolve } = Promise.withResolvers<void>();
  const stopWaiting = (): void => resolve();
  force.signal.addEventListener("abort", stopWaiting, { once: true });
  try {
    await Promise.race(force.signal.aborted ? [forced, promise, Promise.resolve()] : [forced, promise]);
  } finally {
    force.signal.removeEventListener("abort", stopWaiting);
  }
}
