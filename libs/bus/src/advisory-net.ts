import { parseSubject, type Owner } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { JetStreamApiError, type JsMsg, type StoredMsg } from "@nats-io/jetstream";
import { onAbort, pause } from "./abortable.ts";
import type { Bus } from "./connect.ts";
import { fileDeadLetter } from "./dead-letters.ts";
import { settle } from "./settle.ts";
import { advisoryConsumer, commandStream, shardConsumer, shardsOf } from "./topology.ts";
import { wireOf } from "./wire.ts";

export interface AdvisoryNetOptions {
  owner: Owner;
  /** Who files the dead letters. */
  service: string;
  logger: Logger;
  signal: AbortSignal;
}

/** What the server says when it stops delivering a message. */
interface MaxDeliveries {
  readonly stream: string;
  readonly consumer: string;
  readonly stream_seq: number;
  readonly deliveries: number;
}

const attachAgainMs = 5_000;
const fileAgainMs = 5_000;

/**
 * The second net under the commands of an owner (nats D9): a message that killed its handler at every delivery was never settled
 * by anybody, and the server passes over it with an advisory. Each of those becomes a dead letter, unless it is one.
 */
export function startAdvisoryNet(bus: Bus, options: AdvisoryNetOptions): { done: Promise<void> } {
  return { done: run(bus, options) };
}

async function run(bus: Bus, options: AdvisoryNetOptions): Promise<void> {
  const { logger, owner, signal } = options;
  const { connection } = wireOf(bus);
  while (!signal.aborted && !connection.isClosed()) {
    try {
      await attachAndWork(bus, options);
    } catch (error) {
      logger.warn({ consumer: advisoryConsumer(owner), err: error }, "advisories are not read");
    }
    await pause(attachAgainMs, signal);
  }
}

async function attachAndWork(bus: Bus, options: AdvisoryNetOptions): Promise<void> {
  const consumer = await wireOf(bus).stream.consumers.get("ADV", advisoryConsumer(options.owner));
  if (options.signal.aborted) return;
  const messages = await consumer.consume({ max_messages: 1 });
  const ignore = onAbort(options.signal, () => messages.stop());
  try {
    for await (const message of messages) await handle(bus, message, options);
  } finally {
    ignore();
  }
}

async function handle(bus: Bus, message: JsMsg, { owner, service, logger }: AdvisoryNetOptions): Promise<void> {
  try {
    const advisory = message.json<MaxDeliveries>();
    // A person's own consumer may give up what it likes.
    const original = isShard(owner, advisory.consumer) ? await find(bus, owner, advisory.stream_seq) : undefined;
    if (original === undefined) {
      logger.debug({ consumer: advisory.consumer }, "a consumer that is not ours gave up a message");
    } else if (original === null) {
      logger.warn(
        { stream: advisory.stream, seq: advisory.stream_seq },
        "a message that was given up is not kept any more",
      );
    } else {
      await file(bus, { service, advisory, original });
      logger.error(
        { stream: advisory.stream, seq: advisory.stream_seq, subject: original.subject },
        "a command is a dead letter",
      );
    }
    settle.done(message);
  } catch (error) {
    logger.error({ seq: message.seq, err: error }, "an advisory could not be handled");
    settle.again(message, fileAgainMs);
  }
}

function isShard(owner: Owner, consumer: string): boolean {
  return Array.from({ length: shardsOf[owner] }, (_, shard) => shardConsumer(owner, shard)).includes(consumer);
}

async function find(bus: Bus, owner: Owner, seq: number): Promise<StoredMsg | null> {
  try {
    return await wireOf(bus).manager.direct.getMessage(commandStream(owner), { seq });
  } catch (error) {
    if (error instanceof JetStreamApiError) return null;
    throw error;
  }
}

function file(
  bus: Bus,
  { service, advisory, original }: { service: string; advisory: MaxDeliveries; original: StoredMsg },
): Promise<void> {
  return fileDeadLetter(bus, {
    service,
    town: parseSubject(original.subject)?.town ?? "",
    stream: advisory.stream,
    seq: advisory.stream_seq,
    consumer: advisory.consumer,
    subject: original.subject,
    body: original.data,
    headers: original.header,
    deliveries: advisory.deliveries,
    code: "max_deliveries",
    reason: "it was never settled: its handler died, or was silent, at each delivery",
  });
}
