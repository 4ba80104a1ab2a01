import { outputSubject, subjectOf, type Command, type Envelope, type Event, type OutputLine } from "@gastown/contracts";
import { span, type TraceCarrier } from "@gastown/telemetry";
import { JetStreamApiError } from "@nats-io/jetstream";
import { headers, RequestError, type MsgHdrs } from "@nats-io/nats-core";
import { orAborted } from "./abortable.ts";
import type { Bus } from "./connect.ts";
import { destinationTemplate } from "./trace/destination.ts";
import { setTraceHeaders } from "./trace/headers.ts";
import { messageAttributes } from "./trace/message-attributes.ts";
import { wireOf } from "./wire.ts";

/** Where a message was stored. `duplicate`: a message of this id was there already, and `seq` is that one's. */
export interface Published {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/**
 * A message that was not stored, as far as we know. `unavailable`: no answer in time, it may be stored; publish it again with the
 * same id. `refused`: the server said no, and why is in the message.
 */
export class PublishError extends Error {
  override name = "PublishError";
  readonly code: "unavailable" | "refused";
  constructor(code: PublishError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const publishTimeoutMs = 5_000;
const contentType = "application/cloudevents+json";

/**
 * Stores a message in the stream of its subject, once per envelope id (within the stream's duplicate window). Throws PublishError.
 * Its trace context on the wire is the `send` span's.
 */
export function publish(bus: Bus, d: Command | Event, envelope: Envelope): Promise<Published> {
  const subject = subjectOf(d, envelope.townid);
  return span(
    () => `send ${destinationTemplate(subject)}`,
    () => ({ kind: "producer", attributes: attributesOf(subject, envelope.id, envelope.correlationid) }),
    (sending) => store(bus, { subject, id: envelope.id, body: JSON.stringify(envelope), carrier: sending.carrier() }),
  );
}

/**
 * Stores what an outbox holds, as it stands. The stored context goes on the wire unchanged, since it is the creation's (nats §7);
 * the `send` span is its child and links to it. Throws PublishError.
 */
export function publishRaw(bus: Bus, message: RawMessage): Promise<Published> {
  const { subject, id, body, traceparent } = message;
  const carrier: TraceCarrier = traceparent ? { traceparent } : {};
  return span(
    () => `send ${destinationTemplate(subject)}`,
    () => ({ kind: "client", attributes: attributesOf(subject, id), parent: carrier, links: [carrier] }),
    () => store(bus, { subject, id, body, carrier }),
  );
}

export interface RawMessage {
  subject: string;
  body: string;
  /** The message id. */
  id: string;
  traceparent?: string | null | undefined;
}

/** Stores one line of an agent's output. Throws PublishError. */
export async function publishOutput(bus: Bus, town: string, line: OutputLine): Promise<void> {
  await store(bus, { subject: outputSubject(town, line.agent), body: JSON.stringify(line), carrier: {} });
}

interface Stored {
  subject: string;
  body: string;
  carrier: TraceCarrier;
  id?: string;
}

async function store(bus: Bus, { subject, body, carrier, id }: Stored): Promise<Published> {
  const fields = headers();
  setTraceHeaders(fields, carrier);
  fields.set("Content-Type", id === undefined ? "application/json" : contentType);
  return storeBytes(bus, { subject, body, fields, id });
}

/** Stores a body under a subject with these headers. Throws PublishError. */
export async function storeBytes(
  bus: Bus,
  {
    subject,
    body,
    fields,
    id,
  }: { subject: string; body: string | Uint8Array; fields: MsgHdrs; id?: string | undefined },
): Promise<Published> {
  try {
    const { stream, lost } = wireOf(bus);
    const options = { headers: fields, timeout: publishTimeoutMs, ...(id === undefined ? {} : { msgID: id }) };
    const ack = await orAborted(stream.publish(subject, body, options), lost());
    return { stream: ack.stream, seq: ack.seq, duplicate: ack.duplicate };
  } catch (error) {
    throw publishError(subject, error);
  }
}

function publishError(subject: string, cause: unknown): PublishError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof JetStreamApiError) {
    return new PublishError("refused", `NATS refused ${subject}: ${reason}`, { cause });
  }
  if (hasNoResponders(cause)) {
    return new PublishError("unavailable", `no stream stores ${subject}: provision the streams first`, { cause });
  }
  return new PublishError("unavailable", `NATS did not confirm ${subject}: ${reason}`, { cause });
}

/** The client says "jetstream is not enabled" when no stream has the subject; the cause says what happened. */
function hasNoResponders(error: unknown): boolean {
  if (error instanceof RequestError) return error.isNoResponders();
  return error instanceof Error && hasNoResponders(error.cause);
}

function attributesOf(subject: string, id: string, correlation?: string): Record<string, string> {
  return {
    ...messageAttributes("send", subject),
    "messaging.message.id": id,
    ...(correlation === undefined ? {} : { "messaging.message.conversation_id": correlation }),
  };
}
