import { span, type Logger } from "@gastown/telemetry";
import type { ConsumerNotification, JsMsg } from "@nats-io/jetstream";
import { onAbort, pause } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { isOutage } from "../consume/is-outage.ts";
import { reasonOf } from "../consume/run-handler.ts";
import { settle } from "../settle.ts";
import { hookConsumer } from "../topology.ts";
import { traceHeaders } from "../trace/headers.ts";
import { wireOf } from "../wire.ts";
import { createHand, type Hand } from "./hand.ts";
import type { HookHandler, HookOutcome, ReceivedHook } from "./received-hook.ts";
import { giveUpHook, openHook, settleHook, type HookSettling } from "./settle-hooks.ts";

export interface ConsumeHooksOptions {
  /** Who files dead letters. */
  readonly service: string;
  readonly handle: HookHandler;
  readonly logger: Logger;
  /** Aborted, nothing more is begun. */
  readonly signal: AbortSignal;
  /** The wait before the 2nd, 3rd, ... delivery, in milliseconds; after the last one comes one more. */
  readonly retryDelaysMs?: readonly number[];
}

export interface ConsumingHooks {
  /** Resolves when the signal has aborted and what was begun is settled. */
  readonly done: Promise<void>;
  health(): { ok: boolean; reason?: string };
}

const atOnce = 64;
const pulledAtOnce = 256;
/** As commands are (nats §3.3): it takes about two minutes until a delivery is a dead letter. */
const retryDelaysMs = [200, 1_000, 5_000, 15_000, 30_000, 30_000, 30_000];
const attachAgainMs = [250, 1_000, 5_000];
/** A third of the consumer's `ack_wait`. */
const workingMs = 3_000;

interface Reading extends HookSettling {
  readonly handle: HookHandler;
  readonly signal: AbortSignal;
  trouble: string | null;
}

/**
 * Handles every delivery in stream `HOOK`, together with any number of replicas, in no certain order. One that cannot be read or fails again
 * and again becomes a dead letter, which `gastown dlq retry` sends again. While the database is away, deliveries wait.
 */
export function consumeHooks(bus: Bus, options: ConsumeHooksOptions): ConsumingHooks {
  const { retryDelaysMs: delays = retryDelaysMs, ...rest } = options;
  const reading: Reading = { ...rest, bus, delays, trouble: "not attached yet" };
  return {
    done: run(reading),
    health: () =>
      reading.trouble === null ? { ok: true } : { ok: false, reason: `webhooks wait: ${reading.trouble}` },
  };
}

async function run(reading: Reading): Promise<void> {
  const { bus, logger, signal } = reading;
  const { connection } = wireOf(bus);
  for (let failures = 0; !signal.aborted && !connection.isClosed(); failures++) {
    try {
      await attachAndWork(reading, () => {
        failures = 0;
      });
    } catch (error) {
      reading.trouble = reasonOf(error);
      logger.warn({ reason: reading.trouble }, "webhooks are not read yet");
    }
    await pause(attachAgainMs[Math.min(failures, attachAgainMs.length - 1)] ?? 0, signal);
  }
}

async function attachAndWork(reading: Reading, onAttached: () => void): Promise<void> {
  const consumer = await wireOf(reading.bus).stream.consumers.get("HOOK", hookConsumer);
  if (reading.signal.aborted) return;
  const messages = await consumer.consume({ max_messages: pulledAtOnce });
  onAttached();
  reading.trouble = null;
  void watch(messages.status(), reading);
  const ignore = onAbort(reading.signal, () => messages.stop());
  const hand = createHand(workingMs);
  const working = workOff(reading, hand);
  try {
    for await (const message of messages) hand.add(message);
  } finally {
    ignore();
    hand.close();
    await working;
  }
}

/** The client goes on pulling whatever happens; what troubles it is told, so that health shows it. Null: it works. */
const troubles: Partial<Record<ConsumerNotification["type"], string | null>> = {
  heartbeat: null,
  heartbeats_missed: "the server is silent",
  consumer_not_found: "their consumer is gone: provision again",
  consumer_deleted: "their consumer is gone: provision again",
  stream_not_found: "their stream is gone: provision again",
};

async function watch(statuses: AsyncIterable<ConsumerNotification>, reading: Reading): Promise<void> {
  for await (const { type } of statuses) {
    const trouble = troubles[type];
    if (trouble !== undefined) reading.trouble = trouble;
  }
}

async function workOff(reading: Reading, hand: Hand): Promise<void> {
  for (let batch = await hand.take(atOnce); batch.length > 0; batch = await hand.take(atOnce)) {
    if (reading.signal.aborted) for (const message of batch) settle.again(message, 0);
    else await handleBatch(reading, batch);
    hand.letGo(batch);
  }
}

async function handleBatch(reading: Reading, messages: readonly JsMsg[]): Promise<void> {
  try {
    const opened = await Promise.all(messages.map((message) => openHook(message, reading)));
    const good: { message: JsMsg; hook: ReceivedHook }[] = [];
    for (const [i, message] of messages.entries()) {
      const hook = opened[i];
      if (hook === undefined) continue;
      if ("seq" in hook) good.push({ message, hook });
      else await giveUpHook(reading, message, hook);
    }
    const outcomes = await traced(messages, () =>
      handlePatiently(
        reading,
        good.map(({ hook }) => hook),
      ),
    );
    for (const [i, { message }] of good.entries()) {
      await settleHook(
        reading,
        message,
        outcomes[i] ?? { outcome: "retry", error: "its handler answered nothing for it" },
      );
    }
  } catch (error) {
    // What is not settled comes again after `ack_wait`.
    reading.logger.error({ err: error, seq: messages[0]?.seq }, "webhooks could not be settled");
  }
}

/** Several deliveries are handled in one span, which is linked to each of theirs. */
function traced<T>(messages: readonly JsMsg[], fn: () => Promise<T>): Promise<T> {
  return span(
    "process hook.{provider}.{event}",
    () => ({
      kind: "consumer",
      root: true,
      links: messages
        .map(({ headers }) => traceHeaders(headers))
        .filter(({ traceparent }) => traceparent !== undefined),
      attributes: { "messaging.system": "nats", "messaging.batch.message_count": messages.length },
    }),
    fn,
  );
}

/** The handler's outcomes. While something it depends on is away it is asked again, so that an outage makes no dead letters. */
async function handlePatiently(reading: Reading, hooks: readonly ReceivedHook[]): Promise<readonly HookOutcome[]> {
  if (hooks.length === 0) return [];
  const { handle, logger, signal, delays } = reading;
  for (let attempt = 0; ; attempt++) {
    try {
      const outcomes = await handle(hooks);
      reading.trouble = null;
      return outcomes;
    } catch (error) {
      if (!isOutage(error) || signal.aborted) return hooks.map(() => ({ outcome: "retry", error }));
      reading.trouble = reasonOf(error);
      logger.warn({ attempt, reason: reading.trouble, hooks: hooks.length }, "a dependency is away, webhooks wait");
    }
    await pause(delays[Math.min(attempt, delays.length - 1)] ?? 0, signal);
  }
}
