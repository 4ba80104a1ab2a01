import { parseSubject } from "@gastown/contracts";
import { span, withLogFields, type Span, type SpanOptions, type TraceCarrier } from "@gastown/telemetry";
import type { JsMsg } from "@nats-io/jetstream";
import { decodeCommand, type DecodedCommand } from "../envelope/decode-command.ts";
import { isProbe } from "../probe.ts";
import { settle } from "../settle.ts";
import { destinationTemplate } from "../trace/destination.ts";
import { traceHeaders } from "../trace/headers.ts";
import { messageAttributes } from "../trace/message-attributes.ts";
import type { Outcome } from "./outcome.ts";
import { reasonOf, runHandler } from "./run-handler.ts";
import { settleOutcome } from "./settle-outcome.ts";
import type { Shard, ShardLimits } from "./shard.ts";

/** A message older than this is a replay or was held up: it begins a trace of its own, with a link (decision 0008). */
const liveMs = 5 * 60_000;

/** Handles one message of a shard from decoding to its settlement. Does not throw. */
export async function handleCommand(shard: Shard, message: JsMsg, limits: ShardLimits): Promise<void> {
  if (isProbe(shard.owner, message.subject)) return settle.done(message);
  const decoded = decodeCommand(shard.owner, message.subject, message.data);
  const working = setInterval(() => message.working(), limits.ackWaitMs / 3);
  try {
    await span(
      () => `process ${destinationTemplate(message.subject)}`,
      () => ({ kind: "consumer", attributes: attributesOf(shard, message, decoded), ...contextOf(message, decoded) }),
      (processing) =>
        withLogFields({ town: townOf(message, decoded) }, () =>
          process(shard, { message, decoded, limits, processing }),
        ),
    );
  } catch (error) {
    // The message stays unsettled and comes again after `ack_wait`.
    shard.logger.error({ seq: message.seq, err: error }, "a command could not be settled");
  } finally {
    clearInterval(working);
  }
}

interface Processing {
  message: JsMsg;
  decoded: DecodedCommand;
  limits: ShardLimits;
  processing: Span;
}

async function process(shard: Shard, { message, decoded, limits, processing }: Processing): Promise<void> {
  const deliveries = message.info.deliveryCount;
  const lastDelivery = limits.maxDeliver > 0 && deliveries >= limits.maxDeliver;
  const outcome = await outcomeOf(shard, decoded, {
    stream: shard.stream,
    seq: message.seq,
    deliveries,
    lastDelivery,
  });
  processing.setAttributes({ "town.outcome": outcome.outcome });
  if (outcome.outcome === "dead") processing.setError(outcome.message);
  if (outcome.outcome === "retry" && outcome.error !== undefined) processing.setError(reasonOf(outcome.error));
  await settleOutcome(shard, { message, town: townOf(message, decoded), deliveries, lastDelivery }, outcome);
}

type Place = { stream: string; seq: number; deliveries: number; lastDelivery: boolean };

function outcomeOf(shard: Shard, decoded: DecodedCommand, place: Place): Promise<Outcome> | Outcome {
  switch (decoded.kind) {
    case "command": {
      const { envelope, descriptor } = decoded;
      const { handle, handlerLimitMs: limitMs, retryDelaysMs: delaysMs, logger, signal, onTrouble: onWait } = shard;
      const options = { handle, limitMs, delaysMs, logger, signal, onWait };
      return runHandler({ envelope, descriptor, ...place }, options);
    }
    case "unknown": {
      const why = { outcome: "terminal", code: "unknown_message", message: decoded.message } as const;
      return { ...why, verdict: { command: decoded.envelope.id, ...why } };
    }
    case "invalid":
      return { outcome: "dead", code: "invalid_data", message: decoded.message };
    case "undecodable":
      return { outcome: "dead", code: "undecodable", message: decoded.message };
  }
}

/** The parent of the span, or, for what is old or comes from no trace, a new trace with a link. */
function contextOf(message: JsMsg, decoded: DecodedCommand): Pick<SpanOptions, "parent" | "links" | "root"> {
  const carried = carrierOf(message, decoded);
  if (carried.traceparent === undefined) return { root: true };
  return Date.now() - message.time.getTime() < liveMs ? { parent: carried } : { root: true, links: [carried] };
}

function carrierOf(message: JsMsg, decoded: DecodedCommand): TraceCarrier {
  const fromHeaders = traceHeaders(message.headers);
  if (fromHeaders.traceparent !== undefined || decoded.kind === "undecodable") return fromHeaders;
  const { traceparent } = decoded.envelope;
  return traceparent === undefined ? {} : { traceparent };
}

/** The town as the subject says; an envelope that was read says the same. */
function townOf({ subject }: JsMsg, decoded: DecodedCommand): string {
  return decoded.kind === "undecodable" ? (parseSubject(subject)?.town ?? "") : decoded.envelope.townid;
}

function attributesOf(shard: Shard, message: JsMsg, decoded: DecodedCommand): Record<string, string | number> {
  return {
    ...messageAttributes("process", message.subject),
    "messaging.consumer.group.name": shard.consumer,
    "messaging.nats.stream.name": shard.stream,
    "messaging.nats.message.stream_sequence": message.seq,
    "messaging.nats.message.delivery_count": message.info.deliveryCount,
    "messaging.message.body.size": message.data.length,
    ...(decoded.kind === "undecodable"
      ? {}
      : {
          "messaging.message.id": decoded.envelope.id,
          "messaging.message.conversation_id": decoded.envelope.correlationid,
        }),
  };
}
