import { z } from "zod";
import { envelope, maxEnvelopeBytes, noTown, type Envelope } from "./envelope.ts";
import { townId } from "./ids.ts";
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

const townOrNone = z.union([townId, z.literal(noTown)]);

/** A message that must not be sent: its data do not fit its schema, or it is too large. */
export class InvalidMessageError extends Error {
  override readonly name = "InvalidMessageError";
}

/**
 * The CloudEvents envelope of one message, with its data checked by the descriptor's schema.
 * Throws `InvalidMessageError`, which names each field, when anything does not fit, or the whole is larger than `maxEnvelopeBytes`.
 */
export function buildEnvelope(d: Descriptor, draft: EnvelopeDraft): Envelope {
  const data = check(d, d.data, { path: "data", value: draft.data });
  check(d, townOrNone, { path: "town", value: draft.town });
  const id = draft.id ?? newId();
  const value = {
    specversion: "1.0",
    id,
    type: d.type,
    source: draft.source,
    ...optional("subject", draft.subject),
    time: (draft.time ?? new Date()).toISOString(),
    datacontenttype: "application/json",
    dataschema: schemaName(d),
    townid: draft.town,
    actor: draft.actor,
    correlationid: draft.correlationId ?? id,
    ...optional("causationid", draft.causationId),
    ...optional("traceparent", draft.traceparent),
    data,
  };
  const built = check(d, envelope, { path: "envelope", value });
  const bytes = sizeOf(JSON.stringify(built));
  if (bytes > maxEnvelopeBytes)
    throw new InvalidMessageError(
      `${d.type} has ${bytes} bytes, more than ${maxEnvelopeBytes}: store what is large, send where it is.`,
    );
  return built;
}

/** In bytes of UTF-8; a character has at most three, so that short texts need not be encoded to know that they are short enough. */
function sizeOf(text: string): number {
  return text.length * 3 <= maxEnvelopeBytes ? text.length : new TextEncoder().encode(text).length;
}

function optional(name: string, value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

function check<Schema extends z.ZodType>(
  d: Descriptor,
  schema: Schema,
  { path, value }: { path: string; value: unknown },
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${[path, ...issue.path].join(".")}: ${issue.message}`);
  throw new InvalidMessageError(`${d.type}: ${reasons.join("; ")}`);
}
