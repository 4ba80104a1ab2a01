import { deadLetterSubject, parseHookSubject, parseSubject, unescapeToken } from "@gastown/contracts";
import { JetStreamApiError, type StoredMsg } from "@nats-io/jetstream";
import { headers, type MsgHdrs } from "@nats-io/nats-core";
import type { Bus } from "./connect.ts";
import { storeBytes } from "./publish.ts";
import { oneLine } from "./settle.ts";
import { wireOf } from "./wire.ts";

/** A message that is given up, and why. */
export interface GivenUp {
  /** Who gives up. */
  service: string;
  /** The town as its subject says, whatever that is. */
  town: string;
  stream: string;
  seq: number;
  consumer: string;
  /** As it was stored. */
  subject: string;
  body: Uint8Array;
  headers: MsgHdrs | undefined;
  deliveries: number;
  /** A short code, such as `undecodable`: the last token of the dead letter's subject. */
  code: string;
  /** What went wrong, for a person. */
  reason: string;
}

/** A dead letter, as a person reads it. */
export interface DeadLetter {
  /** Its sequence in the stream `DLQ`. */
  readonly seq: number;
  readonly at: Date;
  readonly service: string;
  readonly town: string;
  readonly code: string;
  readonly reason: string;
  /** Where the original is, while it is kept. */
  readonly stream: string;
  readonly streamSeq: number;
  readonly consumer: string;
  readonly subject: string;
  readonly deliveries: number;
  readonly body: string;
}

const maxReasonLength = 1_000;

/**
 * Stores a copy of a message nobody could handle: body and headers as they were, except those of NATS itself (an inherited
 * message id or expectation would have the copy refused), and why. The same message given up twice is one dead letter. Throws
 * PublishError: then the message must not be settled.
 */
export async function fileDeadLetter(bus: Bus, given: GivenUp): Promise<void> {
  const fields = headers();
  for (const [name, values] of given.headers ?? []) {
    if (!name.toLowerCase().startsWith("nats-")) for (const value of values) fields.append(name, value);
  }
  fields.set("Dlq-Stream", given.stream);
  fields.set("Dlq-Seq", String(given.seq));
  fields.set("Dlq-Subject", given.subject);
  fields.set("Dlq-Consumer", given.consumer);
  fields.set("Dlq-Deliveries", String(given.deliveries));
  fields.set("Dlq-Reason", given.code);
  fields.set("Dlq-Error", oneLine(given.reason).slice(0, maxReasonLength));
  fields.set("Dlq-At", new Date().toISOString());
  await storeBytes(bus, {
    subject: deadLetterSubject(given.service, given.town, given.code),
    body: given.body,
    fields,
    id: `dlq:${given.stream}:${given.seq}:${given.consumer}`,
  });
}

/**
 * Dead letters, newest first, of one town when it is given. `after`: only those before this sequence; `next` is the `after` of the
 * following page, or null.
 */
export async function listDeadLetters(
  bus: Bus,
  { limit, after, town }: { limit: number; after?: number | undefined; town?: string | undefined },
): Promise<{ items: DeadLetter[]; next: number | null }> {
  const { manager } = wireOf(bus);
  const { state } = await manager.streams.info("DLQ");
  const items: DeadLetter[] = [];
  let seq = Math.min(state.last_seq, (after ?? Number.POSITIVE_INFINITY) - 1);
  for (; seq >= Math.max(1, state.first_seq) && items.length < limit; seq--) {
    const letter = await getDeadLetter(bus, seq);
    if (letter !== null && (town === undefined || letter.town === town)) items.push(letter);
  }
  return { items, next: seq >= Math.max(1, state.first_seq) ? seq + 1 : null };
}

/** The dead letter of this sequence; null when there is none (any more). */
export async function getDeadLetter(bus: Bus, seq: number): Promise<DeadLetter | null> {
  const stored = await storedAt(bus, seq);
  return stored === null ? null : deadLetterOf(stored);
}

/**
 * The message is stored again where it was published first, with its body and its trace, and the dead letter is gone. Its message id
 * is the dead letter's, so that the original's does not have it dropped, and a retry that was interrupted does not send it twice.
 * `not_a_command`: it is no command and no webhook, and stays a dead letter. Throws PublishError.
 */
export async function retryDeadLetter(bus: Bus, seq: number): Promise<"retried" | "not_found" | "not_a_command"> {
  const stored = await storedAt(bus, seq);
  if (stored === null) return "not_found";
  const subject = publishedSubject(stored.header.get("Dlq-Subject"));
  if (subject === null) return "not_a_command";
  const fields = headers();
  for (const [name, values] of stored.header) {
    if (!/^(?:nats|dlq)-/i.test(name)) for (const value of values) fields.append(name, value);
  }
  const id = `retry:${seq}:${stored.time.getTime()}`;
  await storeBytes(bus, { subject, body: stored.data, fields, id });
  await dropDeadLetter(bus, seq);
  return "retried";
}

/** Where a message of this stored subject is published: a command without its shard, which the server adds; null for other messages. */
function publishedSubject(stored: string): string | null {
  if (parseHookSubject(stored) !== null) return stored;
  const parsed = parseSubject(stored);
  return parsed?.kind === "command" ? ["cmd", parsed.owner, parsed.town, parsed.entity, parsed.verb].join(".") : null;
}

/** There is no dead letter of this sequence any more; false when there was none. */
export async function dropDeadLetter(bus: Bus, seq: number): Promise<boolean> {
  if ((await storedAt(bus, seq)) === null) return false;
  try {
    return await wireOf(bus).manager.streams.deleteMessage("DLQ", seq);
  } catch (error) {
    // Somebody else was quicker.
    if (error instanceof JetStreamApiError && (await storedAt(bus, seq)) === null) return false;
    throw error;
  }
}

async function storedAt(bus: Bus, seq: number): Promise<StoredMsg | null> {
  try {
    return await wireOf(bus).manager.direct.getMessage("DLQ", { seq });
  } catch (error) {
    if (error instanceof JetStreamApiError) return null;
    throw error;
  }
}

function deadLetterOf(stored: StoredMsg): DeadLetter {
  const [, service = "", town = ""] = stored.subject.split(".");
  const field = (name: string): string => stored.header.get(name);
  return {
    seq: stored.seq,
    at: stored.time,
    service,
    town: unescapeToken(town),
    code: field("Dlq-Reason"),
    reason: field("Dlq-Error"),
    stream: field("Dlq-Stream"),
    streamSeq: Number(field("Dlq-Seq")),
    consumer: field("Dlq-Consumer"),
    subject: field("Dlq-Subject"),
    deliveries: Number(field("Dlq-Deliveries")),
    body: stored.string(),
  };
}
