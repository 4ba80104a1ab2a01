import type { JsMsg } from "@nats-io/jetstream";
import { fileDeadLetter } from "../dead-letters.ts";
import { settle } from "../settle.ts";
import { tellVerdict } from "../tell-verdict.ts";
import type { Outcome } from "./outcome.ts";
import { reasonOf } from "./run-handler.ts";
import type { Shard } from "./shard.ts";

/** Where the message came from and how often, as far as settling needs it. */
export interface Received {
  readonly message: JsMsg;
  readonly town: string;
  readonly deliveries: number;
  readonly lastDelivery: boolean;
}

/** Settles the message as its outcome demands, and tells the verdict when there is one. */
export async function settleOutcome(shard: Shard, received: Received, outcome: Outcome): Promise<void> {
  switch (outcome.outcome) {
    case "applied":
    case "refused":
    case "duplicate":
      if (outcome.verdict !== undefined) tellVerdict(shard.bus, shard.owner, received.town, outcome.verdict);
      settle.done(received.message);
      return;
    case "terminal":
      tellVerdict(shard.bus, shard.owner, received.town, outcome.verdict);
      return settle.term(shard.bus, received.message, outcome.code);
    case "retry":
      return retry(shard, received, outcome);
    case "dead":
      return giveUp(shard, received, outcome);
  }
}

/** How long a message of this delivery waits for the next, in milliseconds. */
function retryDelay(delaysMs: readonly number[], deliveries: number): number {
  return delaysMs[Math.min(deliveries, delaysMs.length) - 1] ?? 0;
}

async function retry(
  shard: Shard,
  received: Received,
  { afterMs, error }: Outcome & { outcome: "retry" },
): Promise<void> {
  const { deliveries, lastDelivery, message } = received;
  const reason = error === undefined ? "its handler asked for a retry" : reasonOf(error);
  if (lastDelivery) return giveUp(shard, received, { code: "retries_exhausted", message: reason });
  const delay = afterMs ?? retryDelay(shard.retryDelaysMs, deliveries);
  shard.logger.warn({ seq: message.seq, deliveries, delay, err: error ?? reason }, "a command is tried again");
  settle.again(message, delay);
}

async function giveUp(shard: Shard, received: Received, why: { code: string; message: string }): Promise<void> {
  const { message, town, deliveries } = received;
  const fields = { seq: message.seq, subject: message.subject, code: why.code, reason: why.message };
  try {
    await fileDeadLetter(shard.bus, {
      service: shard.service,
      town,
      stream: shard.stream,
      seq: message.seq,
      consumer: shard.consumer,
      subject: message.subject,
      body: message.data,
      headers: message.headers,
      deliveries,
      code: why.code,
      reason: why.message,
    });
  } catch (error) {
    shard.logger.error({ ...fields, err: error }, "a dead letter could not be filed");
    return settle.again(message, retryDelay(shard.retryDelaysMs, deliveries));
  }
  shard.logger.error(fields, "a command is a dead letter");
  settle.term(shard.bus, message, why.code);
}
