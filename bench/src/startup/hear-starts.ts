import { consumeCommands, type Bus } from "@gastown/bus";
import { reportContainerAgent, type StartDetails } from "@gastown/contracts";
import { silent } from "../silent.ts";

const startMs = 600_000;

/** How starts went, as their reports tell: of an agent and a generation. This program stands in the place of town and dispatcher. */
export function hearStarts(
  bus: Bus,
  signal: AbortSignal,
): (start: { agent: string; generation: number }) => Promise<StartDetails> {
  const waiting = new Map<string, PromiseWithResolvers<StartDetails>>();
  const startOf = (agent: string, generation: number): PromiseWithResolvers<StartDetails> => {
    const key = `${agent}/${generation}`;
    const known = waiting.get(key) ?? Promise.withResolvers<StartDetails>();
    // One that fails before it is asked for is told when it is.
    known.promise.catch(() => undefined);
    waiting.set(key, known);
    return known;
  };
  for (const owner of ["town", "dispatcher"] as const)
    consumeCommands(bus, {
      owner,
      service: owner,
      logger: silent,
      signal,
      handle({ envelope }) {
        if (envelope.type === reportContainerAgent.type) {
          const { agent, generation, state, start, reason } = reportContainerAgent.data.parse(envelope.data);
          if (state === "running" && start !== undefined) startOf(agent, generation).resolve(start);
          else if (state !== "running") startOf(agent, generation).reject(new Error(`${agent} ${state}: ${reason}`));
        }
        const command = envelope.id;
        return Promise.resolve({ outcome: "applied", verdict: { command, outcome: "applied" } });
      },
    });
  return async ({ agent, generation }) => {
    const start = startOf(agent, generation);
    const stop = (): void => start.reject(signal.reason);
    const timer = setTimeout(() => start.reject(new Error(`the start of ${agent} was not told in time`)), startMs);
    signal.addEventListener("abort", stop);
    try {
      signal.throwIfAborted();
      return await start.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  };
}
