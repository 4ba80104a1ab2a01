import { answerContainer } from "@gastown/bus";
import { containerEndMs } from "@gastown/contracts";
import { createRun } from "./agents/create-run.ts";
import { savedReason } from "./agents/live-run.ts";
import { assemble, type Assembled, type Parts } from "./assemble.ts";
import type { HostConfig } from "./config.ts";
import { containerHandlers } from "./container-handlers.ts";
import { startMemoryReport } from "./memory-report.ts";
import { serveTerminals } from "./terminal/serve-terminals.ts";
import { within } from "./within.ts";

/** A running container host. */
export interface Host {
  /** Where its agents reach it. */
  readonly url: string;
  /** Settles when it has ended. */
  readonly closed: Promise<void>;
  /** How many agents start, run or end just now. */
  agents(): number;
  /** Saves and pushes all work, ends all agents, then itself. Twice is once. */
  drain(reason: string): Promise<void>;
}

/** Between two lines about this process's memory. */
const memoryReportMs = 30_000;

/** What is known of agents to come is put in place; starts wait for it, up to a bound. Their servers come up meanwhile. */
async function hydrate({ prewarm }: HostConfig, { warm, gate, around, clearing }: Assembled): Promise<void> {
  try {
    if (prewarm === null) return;
    const { variables, ...job } = prewarm;
    await warm.prewarm(createRun({ job, variables }, around));
  } finally {
    gate.open();
    // What is left from before. Nothing waits for it.
    clearing.begin();
  }
}

/**
 * Starts the host of one town's container: kills what an earlier one left, connects, and answers the dispatcher's requests from
 * then on. Throws when it cannot begin (the signal ends the wait for the bus).
 */
export async function startHost(config: HostConfig, { logger, signal }: Omit<Parts, "config">): Promise<Host> {
  const startedAt = new Date().toISOString();
  const parts = await assemble({ config, logger, signal });
  const { bus, agents, local, reporter, heartbeat, gone, saveUntil, warm, clearing } = parts;
  const listening = new AbortController();
  const endMemoryReport = startMemoryReport({
    everyMs: memoryReportMs,
    logger,
    also: () => ({ agents: agents.runs().length }),
  });

  async function end(reason: string): Promise<void> {
    logger.info({ reason, agents: agents.runs().length }, "draining");
    const deadline = setTimeout(() => saveUntil.abort(), config.drainGraceMs);
    const noTerminals = terminals.close({ code: "host_stopped", message: "the container is stopped" });
    // It may be cut off anywhere, and the next host goes on with it.
    const cleared = within(containerEndMs.lastWords, clearing.close());
    await Promise.all([noTerminals, agents.drain(savedReason), warm.close(), cleared]);
    clearTimeout(deadline);
    await within(containerEndMs.lastWords, reporter.told());
    heartbeat.stop();
    endMemoryReport();
    gone.abort();
    listening.abort();
    await local.close();
    await bus.close();
    logger.info({ reason }, "drained");
  }
  let ending: Promise<void> | null = null;
  const { promise: closed, resolve: settle, reject: fail } = Promise.withResolvers<void>();
  const drain = (reason: string): Promise<void> => {
    if (ending === null) {
      ending = end(reason);
      ending.then(settle, fail);
    }
    return ending;
  };
  const handlers = containerHandlers({ config, parts, startedAt, drain, logger, signal: listening.signal });
  answerContainer(bus, config.town, handlers, { logger, signal: listening.signal });
  const terminals = serveTerminals({ ...parts, town: config.town, logger, signal: listening.signal });
  hydrate(config, parts).catch((error: unknown) => logger.error({ error }, "hydration failed"));
  logger.info({ url: local.url, runtime: config.agentRuntime }, "container host started");
  return { url: local.url, closed, agents: () => agents.runs().length, drain };
}
