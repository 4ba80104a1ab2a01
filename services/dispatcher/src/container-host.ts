import { askContainer, forgetSnapshots, keyMark, QueryError, type Bus, type ContainerReply } from "@gastown/bus";
import type { ContainerHost } from "./context.ts";

const statusTimeoutMs = 2_000;
const askTimeoutMs = 5_000;
/** A person waits for it, and a host that is slow must not count as one that is torn down (kilo-town §7.1: 10 s in all). */
const lookTimeoutMs = 8_000;

interface StatusAsked {
  town: string;
  container: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** What the container of this name answers; null when another one, or none, does. */
async function statusOf(
  bus: Bus,
  { town, container, ...options }: StatusAsked,
): Promise<ContainerReply<"status"> | null> {
  try {
    const status = await askContainer(bus, town, "status", {}, options);
    return status.container === container ? status : null;
  } catch (error) {
    if (error instanceof QueryError && error.code === "unavailable") return null;
    throw error;
  }
}

/** Container hosts as they are reached over the bus, each at its town's subject, with the key for the model service that counts now. */
export function createContainerHost(bus: Bus, modelKey: () => string | null): ContainerHost {
  return {
    async status(town, container, signal) {
      const status = await statusOf(bus, { town, container, timeoutMs: statusTimeoutMs, signal });
      const has = status?.keyMark;
      return status === null ? null : { ...status, keyed: has === undefined || has === keyMark(container, modelKey()) };
    },
    async look(town, { container, agent, generation }, signal) {
      const status = await statusOf(bus, { town, container, timeoutMs: lookTimeoutMs, signal });
      if (status === null) return null;
      const found = status.agents.find((one) => one.agent === agent && one.generation === generation);
      return { session: found?.session ?? false, busy: found?.busy ?? false };
    },
    // What is sealed stays here: the host has no key, and no use for it.
    start: (town, { job, variables }, signal) =>
      askContainer(bus, town, "start", { ...job, env: {}, variables }, { timeoutMs: askTimeoutMs, signal }),
    nudge(town, { agent, generation, nudge, message, mode }, signal) {
      const data = { agent, generation, nudge, message, mode };
      return askContainer(bus, town, "nudge", data, { timeoutMs: askTimeoutMs, signal });
    },
    changeModel: (town, wish, signal) => askContainer(bus, town, "model", wish, { timeoutMs: askTimeoutMs, signal }),
    async prewarm(town, start, signal) {
      await askContainer(bus, town, "prewarm", start, { timeoutMs: askTimeoutMs, signal });
    },
    async stop(town, { agent, generation, reason, force }, signal) {
      const data = { agent, generation, reason, force };
      return (await askContainer(bus, town, "stop", data, { timeoutMs: askTimeoutMs, signal })).accepted;
    },
    async giveModelKey(town, signal) {
      await askContainer(bus, town, "credentials", { modelKey: modelKey() }, { timeoutMs: askTimeoutMs, signal });
    },
    forget: (town) => forgetSnapshots(bus, town),
    reachableSince() {
      const { connected, since } = bus.status();
      return connected ? since.getTime() : null;
    },
  };
}
