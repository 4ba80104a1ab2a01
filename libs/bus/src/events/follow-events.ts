import { envelope as envelopeSchema, type Envelope } from "@gastown/contracts";
import type { JsMsg } from "@nats-io/jetstream";
import type { Bus } from "../connect.ts";
import { describeIssues } from "../envelope/describe-issues.ts";
import { wireOf } from "../wire.ts";
import { readStream } from "./read-stream.ts";

export interface FollowOptions {
  /** Patterns such as `evt.t1.>`; all events by default. */
  subjects?: readonly string[] | undefined;
  /** The first sequence wanted; only events from now on by default. */
  fromSeq?: number | undefined;
  /** The last sequence wanted: the iteration ends when it is reached, also when that event is of another subject. */
  until?: number | undefined;
  signal: AbortSignal;
}

/** One event as it stands in the stream. */
export interface FollowedEvent {
  readonly seq: number;
  readonly envelope: Envelope;
  readonly subject: string;
  /** When it was stored. */
  readonly at: Date;
}

/**
 * Events in the order of the stream, without gap or repetition, also over lost connections; ends when the signal aborts. What is
 * not an envelope is passed over, and logged. Throws when the stream is not there or NATS does not answer at the start, and
 * StreamResetError, then or later, when the stream ends before `fromSeq` or before what was read: it is another one now.
 */
export async function* followEvents(bus: Bus, options: FollowOptions): AsyncGenerator<FollowedEvent, void> {
  const subjects = options.subjects ?? ["evt.>"];
  for await (const message of readStream(bus, { ...options, stream: "EVT", subjects })) {
    const envelope = readEnvelope(bus, message);
    if (envelope !== null) yield { seq: message.seq, envelope, subject: message.subject, at: message.time };
  }
}

/** What `EVT` holds, and since when it is that stream: another `created` means that sequences began anew (nats §6). */
export async function eventStreamInfo(bus: Bus): Promise<{ firstSeq: number; lastSeq: number; created: string }> {
  const { state, created } = await wireOf(bus).manager.streams.info("EVT");
  return { firstSeq: state.first_seq, lastSeq: state.last_seq, created };
}

function readEnvelope(bus: Bus, message: JsMsg): Envelope | null {
  const { logger } = wireOf(bus);
  const fields = { seq: message.seq, subject: message.subject };
  try {
    const parsed = envelopeSchema.safeParse(message.json());
    if (parsed.success) return parsed.data;
    logger.error({ ...fields, reason: describeIssues(parsed.error) }, "an event is not an envelope");
  } catch {
    logger.error({ ...fields, reason: "the body is not JSON" }, "an event is not an envelope");
  }
  return null;
}
