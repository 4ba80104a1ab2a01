import { sql } from "@gastown/db/drizzle";
import type { Database } from "./database.ts";
import type { Lease } from "./lease.ts";
import { defineStatement } from "./statement.ts";
import { run, together, transaction, type Tx } from "./transaction.ts";

const rowsPerTown = 50;
const rowsPerPass = 500;
/** More publishes in flight gain nothing (nats §2.1). */
const townsAtOnce = 64;

/** A message of the outbox. */
export interface OutboxRow {
  /** The message id. */
  id: string;
  town: string;
  kind: "command" | "event";
  subject: string;
  /** The envelope as JSON text. */
  body: string;
  /** The context the message was made in: goes on the wire unchanged. */
  traceparent: string | null;
}

export type OnPublished = (row: OutboxRow, seq: number, tx: Tx) => Promise<void>;

export interface SendOptions {
  db: Database;
  publish: (row: OutboxRow) => Promise<{ seq: number }>;
  onPublished?: OnPublished;
  /** Towns that are not to be tried now. */
  skip: readonly string[];
}

export interface SendReport {
  /** How many messages of a town were sent; others had none. */
  sent: Map<string, number>;
  /** Towns whose next message could not be published, and why. */
  failed: Map<string, unknown>;
  /** An event got a lower sequence than an earlier one: the stream has lost its tail, or told of a duplicate. */
  wentBack: boolean;
}

interface Sent {
  readonly row: OutboxRow;
  readonly seq: number;
}

/**
 * Publishes the oldest pending messages of each town, each town's in order up to its first failure, and notes what was sent in one
 * transaction. What was published and not noted is published again, which its id makes harmless.
 */
export async function sendPending(lease: Lease, options: SendOptions): Promise<SendReport> {
  const towns = Map.groupBy(await readPending(options), (row) => row.town).values();
  const sent: Sent[] = [];
  const failed = new Map<string, unknown>();
  const worker = async () => {
    for (const rows of towns) await publishTown(rows, { publish: options.publish, signal: lease.signal, sent, failed });
  };
  await Promise.all(Array.from({ length: townsAtOnce }, worker));
  const wentBack = sent.length > 0 && (await markSent(lease, options, sent));
  const byTown = Map.groupBy(sent, ({ row }) => row.town);
  return { sent: new Map(Array.from(byTown, ([town, of]) => [town, of.length])), failed, wentBack };
}

async function readPending({ db, skip }: SendOptions): Promise<OutboxRow[]> {
  const { rows } = await db.drizzle.execute<Record<string, unknown> & OutboxRow>(sql`
    select id, town, kind, subject, body::text as body, traceparent from (
      select *, row_number() over (partition by town order by town_seq) as place
      from outbox where sent_at is null and town <> all(${sql.param(skip)}::text[])
    ) as pending
    where place <= ${rowsPerTown} order by place, town limit ${rowsPerPass}`);
  return rows;
}

interface Publishing {
  readonly publish: SendOptions["publish"];
  readonly signal: AbortSignal;
  readonly sent: Sent[];
  readonly failed: Map<string, unknown>;
}

/** One after the other: several of a town at once could be stored in another order when one fails (nats §3.4). Does not throw. */
async function publishTown(rows: readonly OutboxRow[], { publish, signal, sent, failed }: Publishing): Promise<void> {
  for (const row of rows) {
    if (signal.aborted) return;
    try {
      const { seq } = await publish(row);
      sent.push({ row, seq });
    } catch (error) {
      failed.set(row.town, error);
      return;
    }
  }
}

/** Writes sequences back; answers whether an event's was not higher than its town's highest before. */
function markSent(
  lease: Lease,
  { db, onPublished }: Pick<SendOptions, "db" | "onPublished">,
  sent: readonly Sent[],
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const told = { ids: sent.map(({ row }) => row.id), seqs: sent.map(({ seq }) => seq) };
    const events = sent.filter(({ row }) => row.kind === "event");
    const [wentBack] = await together([
      events.length > 0 && raiseTownSeqs(tx, events),
      lease.check(tx),
      run(tx, noteSent, told),
    ]);
    for (const { row, seq } of sent) await onPublished?.(row, seq, tx);
    return wentBack;
  });
}

const noteSent = defineStatement(sql`
  update outbox set sent_at = now(), stream_seq = told.seq
  from unnest(${sql.placeholder("ids")}::text[], ${sql.placeholder("seqs")}::bigint[]) as told (id, seq)
  where outbox.id = told.id`);

async function raiseTownSeqs(tx: Tx, events: readonly Sent[]): Promise<boolean> {
  const towns = Array.from(
    Map.groupBy(events, ({ row }) => row.town),
    ([town, ofTown]) => {
      const seqs = ofTown.map(({ seq }) => seq);
      return { town, lowest: Math.min(...seqs), highest: Math.max(...seqs) };
    },
  );
  const [found] = await run<{ back: boolean }>(tx, raise, { towns: JSON.stringify(towns) });
  return found?.back === true;
}

// The part that reads sees the table as it was before the part that writes.
const raise = defineStatement(sql`
  with told as (
    select * from json_to_recordset(${sql.placeholder("towns")}::json) as told (town text, lowest bigint, highest bigint)
  ), raised as (
    insert into town_seq as t (town, seq) select town, highest from told
    on conflict (town) do update set seq = greatest(t.seq, excluded.seq)
  )
  select exists (select from told join town_seq using (town) where lowest <= seq) as back`);
