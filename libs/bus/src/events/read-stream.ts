import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { onAbort, pause } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { wireOf } from "../wire.ts";
import { subjectMatches } from "./subject-matches.ts";

export interface ReadOptions {
  stream: string;
  subjects: readonly string[];
  /** The first sequence wanted; only what comes from now on by default. */
  fromSeq?: number | undefined;
  /** The last sequence wanted: the reading ends with it, also when it is another subject's. Without it, it goes on. */
  until?: number | undefined;
  signal: AbortSignal;
}

/** How far the reading is. */
interface Cursor {
  next: number;
  /** The last sequence of the stream when the reading began. */
  readonly last: number;
}

/** The stream was made anew, or has lost its end: the sequences that were read belong to other messages now. Begin again. */
export class StreamResetError extends Error {
  override name = "StreamResetError";
}

const attachAgainMs = [100, 500, 2_000];

/**
 * The messages of a stream in its order, without gap or repetition, through lost connections and restarts of the server; ends
 * when the signal aborts. Nothing is acknowledged and no durable trace is left. Throws when the stream cannot be read at the start,
 * and StreamResetError, then or later, when the sequence wanted next is not the one that comes next or was there.
 */
export async function* readStream(bus: Bus, options: ReadOptions): AsyncGenerator<JsMsg, void> {
  const { state } = await wireOf(bus).manager.streams.info(options.stream);
  // Always by sequence: a consumer of "new" ones that is made again before its first message would begin at the very first.
  const cursor: Cursor = { next: Math.max(1, options.fromSeq ?? state.last_seq + 1), last: state.last_seq };
  if (options.until !== undefined && options.until < Math.max(cursor.next, state.first_seq)) return;
  assertGoesOn(options, cursor, state.last_seq);
  let consumer: Consumer | null = await attach(bus, options, cursor);
  while (consumer !== null) {
    if ((yield* readFrom(consumer, options, cursor)) === "ended") return;
    consumer = await attachAgain(bus, options, cursor);
  }
}

/** A consumer that reads on from the cursor, tried for until there is one; null when the signal aborts or the bus is closed. */
async function attachAgain(bus: Bus, options: ReadOptions, cursor: Cursor): Promise<Consumer | null> {
  const { connection, logger } = wireOf(bus);
  for (let attempt = 0; !options.signal.aborted && !connection.isClosed(); attempt++) {
    try {
      const { state } = await wireOf(bus).manager.streams.info(options.stream);
      assertGoesOn(options, cursor, state.last_seq);
      return await attach(bus, options, cursor);
    } catch (error) {
      if (error instanceof StreamResetError) throw error;
      logger.warn({ stream: options.stream, next: cursor.next, err: error }, "a stream cannot be read on yet");
      await pause(attachAgainMs[Math.min(attempt, attachAgainMs.length - 1)] ?? 0, options.signal);
    }
  }
  return null;
}

function assertGoesOn({ stream }: ReadOptions, { next }: Cursor, last: number): void {
  if (last < next - 1) throw new StreamResetError(`${stream} ends at ${last}, and is to be read on from ${next}`);
}

function attach(bus: Bus, { stream, subjects }: ReadOptions, { next }: Cursor): Promise<Consumer> {
  return wireOf(bus).stream.consumers.get(stream, { opt_start_seq: next, ...filterFor(bus, subjects) });
}

/** Servers below 2.10 know one filter a consumer: then all is read, and chosen here. */
function filterFor(bus: Bus, subjects: readonly string[]): { filter_subjects?: string | string[] } {
  const [first] = subjects;
  if (first !== undefined && subjects.length === 1) return { filter_subjects: first };
  return bus.capabilities.filterSubjects ? { filter_subjects: [...subjects] } : {};
}

/** Reads on until the end that is wanted, or until the server has lost the consumer, which is gone afterwards. */
async function* readFrom(
  consumer: Consumer,
  options: ReadOptions,
  cursor: Cursor,
): AsyncGenerator<JsMsg, "ended" | "lost"> {
  try {
    const { num_pending } = await consumer.info(true);
    if (isEnd(options, cursor, num_pending)) return "ended";
    return yield* readMessages(await consumer.consume(), options, cursor);
  } finally {
    await consumer.delete().catch(() => undefined); // without a reader it ends by itself after five minutes
  }
}

async function* readMessages(
  messages: ConsumerMessages,
  options: ReadOptions,
  cursor: Cursor,
): AsyncGenerator<JsMsg, "ended" | "lost"> {
  const ignore = onAbort(options.signal, () => messages.stop());
  void stopWhenLost(messages);
  try {
    for await (const message of messages) {
      if (options.signal.aborted || message.seq > (options.until ?? Number.POSITIVE_INFINITY)) return "ended";
      cursor.next = message.seq + 1;
      if (options.subjects.some((subject) => subjectMatches(subject, message.subject))) yield message;
      if (isEnd(options, cursor, message.info.pending)) return "ended";
    }
    return options.signal.aborted ? "ended" : "lost";
  } finally {
    ignore();
    messages.stop();
  }
}

/**
 * Whether nothing up to `until` can follow: its sequence was reached, or nothing was waiting and the stream had been that far from
 * the start. An `until` that does not exist yet is waited for.
 */
function isEnd({ until }: ReadOptions, { next, last }: Cursor, pending: number): boolean {
  return until !== undefined && (next > until || (pending === 0 && last >= until));
}

/**
 * The client makes a lost consumer again by itself, but then asks for no messages (3.4.0: it counts those it asked the lost one
 * for) until it has missed two heartbeats, half a minute later. So ours is made anew instead.
 */
async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === "reset") return messages.stop();
  }
}
