import { millis } from "@nats-io/nats-core";
import type { ConsumerMessages, ConsumerNotification } from "@nats-io/jetstream";
import { onAbort, pause } from "../abortable.ts";
import { settle } from "../settle.ts";
import { wireOf } from "../wire.ts";
import { handleCommand } from "./handle-command.ts";
import { reasonOf } from "./run-handler.ts";
import type { Shard, ShardLimits } from "./shard.ts";

const attachAgainMs = [250, 1_000, 5_000];
const defaultAckWaitMs = 30_000;

/** Works on one shard, a message at a time and in order, until its signal aborts; then resolves once the running message is settled. */
export async function runShard(shard: Shard): Promise<void> {
  const { connection } = wireOf(shard.bus);
  for (let failures = 0; !shard.signal.aborted && !connection.isClosed(); failures++) {
    try {
      await attachAndWork(shard, () => {
        failures = 0;
      });
    } catch (error) {
      shard.onTrouble(reasonOf(error));
    }
    await pause(attachAgainMs[Math.min(failures, attachAgainMs.length - 1)] ?? 0, shard.signal);
  }
}

async function attachAndWork(shard: Shard, onAttached: () => void): Promise<void> {
  const consumer = await wireOf(shard.bus).stream.consumers.get(shard.stream, shard.consumer);
  const { config } = await consumer.info(true);
  const limits: ShardLimits = {
    ackWaitMs: config.ack_wait === undefined ? defaultAckWaitMs : millis(config.ack_wait),
    maxDeliver: Math.max(0, config.max_deliver ?? 0),
  };
  if (shard.signal.aborted) return;
  const messages = await consumer.consume({ max_messages: 1 });
  onAttached();
  shard.onTrouble(null);
  void watch(messages, shard);
  const ignore = onAbort(shard.signal, () => messages.stop());
  try {
    await work(shard, messages, limits);
  } finally {
    ignore();
  }
}

async function work(shard: Shard, messages: ConsumerMessages, limits: ShardLimits): Promise<void> {
  for await (const message of messages) {
    if (shard.signal.aborted) settle.again(message, 0);
    else await handleCommand(shard, message, limits);
  }
}

/** The client goes on pulling whatever happens; what troubles it is told, so that health shows it. Null: it works. */
const troubles: Partial<Record<ConsumerNotification["type"], string | null>> = {
  heartbeat: null,
  heartbeats_missed: "the server is silent",
  consumer_not_found: "its consumer is gone: provision again",
  consumer_deleted: "its consumer is gone: provision again",
  stream_not_found: "its stream is gone: provision again",
};

async function watch(messages: ConsumerMessages, shard: Shard): Promise<void> {
  for await (const { type } of messages.status()) {
    const trouble = troubles[type];
    if (trouble !== undefined) shard.onTrouble(trouble);
  }
}
