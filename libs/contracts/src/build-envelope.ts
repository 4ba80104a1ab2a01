import { z } from "zod";
import { maxEnvelopeBytes, type Envelope } from "./envelope.ts";
import { schemaName, type Descriptor } from "./message.ts";
import { newId } from "./new-id.ts";

/** What a message says, before it is one. */
export interface EnvelopeDraft {
  /** The town it is about, or `noTown`. */
  town: string;
  /** Checked with the descriptor's schema; defaults are filled in. */
  data: unknown;
  /** Who did it: `user:`, `agent:`, `service:` or `rule:` and a name. */
  actor: string;
  /** Who sends it: `/town`, `/gateway`, ... */
  source: string;
  /** A new id by default. */
  id?: string | undefined;
  /** The id of the message that began it all; its own id by default. */
  correlationId?: string | undefined;
  /** The id of the message that directly caused this one. */
  causationId?: string | undefined;
  /** What it is about: `bead/gt-42`. */
  subject?: string | undefined;
  /** When it was made; now by default. */
  time?: Date | undefined;
  traceparent?: string | undefined;
}

/** A message that must not be sent: its data do not fit its schema, or it is too large. */
export class InvalidMessageError extends Error {
  override readonly name = "InvalidMessageError";
}

/**
 * The CloudEvents envelope of one message, with its data checked by the descriptor's schema.
 * Throws `InvalidMessageError` when the data do not fit, or the whole is larger than `maxEnvelopeBytes`.
 */
export function buildEnvelope(d: Descriptor, draft: EnvelopeDraft): Envelope {
  const data = d.data.safeParse(draft.data);
  if (!data.success) throw new InvalidMessageError(`The data of ${d.type} are wrong. ${z.prettifyError(data.error)}`);
  const id = draft.id ?? newId();
  const envelope: Envelope = {
    specversion: "1.0",
    id,
    type: d.type,
    source: draft.source,
    ...(draft.subject === undefined ? {} : { subject: draft.subject }),
    time: (draft.time ?? new Date()).toISOString(),
    datacontenttype: "application/json",
    dataschema: schemaName(d),
    townid: draft.town,
    actor: draft.actor,
    correlationid: draft.correlationId ?? id,
    ...(draft.causationId === undefined ? {} : { causationid: draft.causationId }),
    ...(draft.traceparent === undefined ? {} : { traceparent: draft.traceparent }),
    data: data.data,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(envelope)).length;
  if (bytes > maxEnvelopeBytes)
    throw new InvalidMessageError(
      `${d.type} has ${bytes} bytes, more than ${maxEnvelopeBytes}: store what is large, send where it is.`,
    );
  return envelope;
}
