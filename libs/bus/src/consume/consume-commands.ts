import type { Owner } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { startAdvisoryNet } from "../advisory-net.ts";
import type { Bus } from "../connect.ts";
import { flush } from "../flush.ts";
import { commandStream, shardConsumer, shardsOf } from "../topology.ts";
import { createMeter, type Load } from "./meter.ts";
import { gatherGroups } from "./gather-groups.ts";
import type { GroupHandler, Handler } from "./outcome.ts";
import { runShard } from "./run-shard.ts";

/** How commands are handled: one by one, or those that several shards hold at the same moment together. */
export type Handling = { handle: Handler } | { handleGroup: GroupHandler };

export type ConsumeOptions = Handling & {
  owner: Owner;
  /** Who files dead letters: the service's name. */
  service: string;
  logger: Logger;
  /** Aborted, no new command is begun. */
  signal: AbortSignal;
  /** The wait before the 2nd, 3rd, ... delivery, in milliseconds; nats §3.3 by default. */
  retryDelaysMs?: readonly number[];
  /** How long one handler may take, in milliseconds; 20 s by default. */
  handlerLimitMs?: number;
};

export interface Consuming {
  /** Resolves when the signal has aborted and every command that was begun is settled. */
  readonly done: Promise<void>;
  health(): { ok: boolean; reason?: string };
  load(): Load;
}

const retryDelaysMs = [200, 1_000, 5_000, 15_000, 30_000, 30_000, 30_000];
const handlerLimitMs = 20_000;

/**
 * Handles every command of an owner, one at a time and in order within a town, together with any number of replicas (nats §3.7).
 * What cannot be decoded or is given up becomes a dead letter, and nothing stops for it. Waits for streams that are not there yet.
 */
export function consumeCommands(bus: Bus, options: ConsumeOptions): Consuming {
  const { owner, service, logger, signal } = options;
  const troubles = new Map<string, string>();
  const consumers = Array.from({ length: shardsOf[owner] }, (_, shard) => shardConsumer(owner, shard));
  for (const consumer of consumers) troubles.set(consumer, "not attached yet");
  const handler = "handle" in options ? options.handle : gatherGroups(options.handleGroup, logger);
  const meter = createMeter();
  const handle: Handler = (message) => meter.during(() => handler(message));
  const net = startAdvisoryNet(bus, { owner, service, logger, signal });
  const running = consumers.map((consumer) =>
    runShard({
      bus,
      owner,
      service,
      stream: commandStream(owner),
      consumer,
      handle,
      logger,
      signal,
      retryDelaysMs: options.retryDelaysMs ?? retryDelaysMs,
      handlerLimitMs: options.handlerLimitMs ?? handlerLimitMs,
      onTrouble: (reason) => {
        // What troubles all shards is said once.
        if (reason !== null && ![...troubles.values()].includes(reason))
          logger.warn({ consumer, reason }, "a shard does not go on");
        if (reason === null) troubles.delete(consumer);
        else troubles.set(consumer, reason);
      },
    }),
  );
  return {
    done: Promise.all([...running, net.done]).then(() => flush(bus, logger)),
    health: () => health(bus, troubles),
    load: () => meter.load(),
  };
}

function health(bus: Bus, troubles: ReadonlyMap<string, string>): { ok: boolean; reason?: string } {
  const { connected, since } = bus.status();
  if (!connected) return { ok: false, reason: `not connected to NATS since ${since.toISOString()}` };
  const [first] = troubles;
  if (first === undefined) return { ok: true };
  const [consumer, reason] = first;
  return { ok: false, reason: `${troubles.size} shards do not go on; ${consumer}: ${reason}` };
}
