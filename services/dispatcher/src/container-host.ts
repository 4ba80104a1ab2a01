import { askContainer, forgetSnapshots, QueryError, type Bus } from "@gastown/bus";
import type { ContainerHost } from "./context.ts";

const statusTimeoutMs = 2_000;
const askTimeoutMs = 5_000;

/** Container hosts as they are reached over the bus, each at its town's subject. */
export function createContainerHost(bus: Bus): ContainerHost {
  return {
    async status(town, container, signal) {
      try {
        const status = await askContainer(bus, town, "status", {}, { timeoutMs: statusTimeoutMs, signal });
        return status.container === container ? status : null;
      } catch (error) {
        if (error instanceof QueryError && error.code === "unavailable") return null;
        throw error;
      }
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
    async stop(town, { agent, generation, reason }, signal) {
      const data = { agent, generation, reason };
      return (await askContainer(bus, town, "stop", data, { timeoutMs: askTimeoutMs, signal })).accepted;
    },
    forget: (town) => forgetSnapshots(bus, town),
    reachableSince() {
      const { connected, since } = bus.status();
      return connected ? since.getTime() : null;
    },
  };
}
