import type { Logger } from "@gastown/telemetry";
import { sql } from "@gastown/db/drizzle";
import type { Database } from "./database.ts";

/** What the relay must be able to see of the stream of events. */
export interface StoredEvents {
  /** The first and last sequence the stream holds; 0 and 0 when it has none. */
  range(): Promise<{ firstSeq: number; lastSeq: number }>;
  /** The id of the message with this sequence; null when there is none. */
  idAt(seq: number): Promise<string | null>;
}

interface SentEvent {
  id: string;
  seq: number;
}

/**
 * Events that were sent but that the stream does not hold any more, because it lost its tail in a crash, are pending again
 * (nats §5.2). Those too old for the stream are not. Publishing one twice by mistake is harmless: its id is the same.
 */
export async function unsendLost(db: Database, stored: StoredEvents, logger: Logger): Promise<void> {
  const range = await stored.range();
  const isHeld = async ({ id, seq }: SentEvent) =>
    seq < range.firstSeq || (seq <= range.lastSeq && (await stored.idAt(seq)) === id);
  const [newest] = await readSent(db, sql`order by stream_seq desc limit 1`);
  if (newest === undefined || (await isHeld(newest))) return;
  const events = await readSent(db, sql`order by stream_seq`);
  const lost = events.slice(await findFirstLost(events, isHeld)).map(({ id }) => id);
  await db.drizzle.execute(
    sql`update outbox set sent_at = null, stream_seq = null where id = any(${sql.param(lost)}::text[])`,
  );
  logger.warn({ events: lost.length, ...range }, "the event stream lost its tail, publishing it again");
}

/** A tail is lost as a whole, so the first lost one is found by halving. */
async function findFirstLost(events: SentEvent[], isHeld: (event: SentEvent) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = events.length - 1; // known to be lost
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const event = events[middle];
    if (event !== undefined && (await isHeld(event))) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function readSent(db: Database, which: ReturnType<typeof sql>): Promise<SentEvent[]> {
  const { rows } = await db.drizzle.execute<{ id: string; seq: string }>(
    sql`select id, stream_seq::text as seq from outbox where kind = 'event' and sent_at is not null ${which}`,
  );
  return rows.map(({ id, seq }) => ({ id, seq: Number(seq) }));
}
