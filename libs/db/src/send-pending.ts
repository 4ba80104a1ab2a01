import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import type { Lease } from "./lease.ts";
import { transaction, type Tx } from "./transaction.ts";

const rowsPerTown = 50;
const rowsPerPass = 500;
const townsAtOnce = 16;

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
  /** Towns of which at least one message was sent. */
  sent: Set<string>;
  /** Towns whose next message could not be published, and why. */
  failed: Map<string, unknown>;
  /** An event got a lower sequence than an earlier one: the stream has lost its tail, or told of a duplicate. */
  wentBack: boolean;
}

/** Publishes the oldest pending messages of each town, each town's in order up to its first failure. */
export async function sendPending(lease: Lease, options: SendOptions): Promise<SendReport> {
  const towns = [...Map.groupBy(await readPending(options), (row) => row.town).values()];
  const report: SendReport = { sent: new Set(), failed: new Map(), wentBack: false };
  const next = towns.values();
  const worker = async () => {
    for (const rows of next) await sendTown(lease, rows, { ...options, report });
  };
  const ends = await Promise.allSettled(Array.from({ length: townsAtOnce }, worker));
  // Only when all have ended: the next pass must not work on a town that is still being worked on.
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return report;
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

async function sendTown(
  lease: Lease,
  rows: readonly OutboxRow[],
  { publish, report, ...options }: SendOptions & { report: SendReport },
): Promise<void> {
  const sent: { row: OutboxRow; seq: number }[] = [];
  for (const row of rows) {
    if (lease.signal.aborted) break;
    try {
      const { seq } = await publish(row);
      sent.push({ row, seq });
    } catch (error) {
      report.failed.set(row.town, error);
      break;
    }
  }
  const [first] = sent;
  if (first === undefined) return;
  report.wentBack = (await markSent(lease, options, sent)) || report.wentBack;
  report.sent.add(first.row.town);
}

/** Writes sequences back; answers whether an event's was not higher than the town's highest before. */
async function markSent(
  lease: Lease,
  { db, onPublished }: Pick<SendOptions, "db" | "onPublished">,
  sent: readonly { row: OutboxRow; seq: number }[],
): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lease.check(tx);
    const ids = sql.param(sent.map(({ row }) => row.id));
    const seqs = sql.param(sent.map(({ seq }) => seq));
    await tx.execute(sql`
      update outbox set sent_at = now(), stream_seq = told.seq
      from unnest(${ids}::text[], ${seqs}::bigint[]) as told (id, seq) where outbox.id = told.id`);
    for (const { row, seq } of sent) await onPublished?.(row, seq, tx);
    const events = sent.filter(({ row }) => row.kind === "event");
    return events.length > 0 && raiseTownSeq(tx, events);
  });
}

async function raiseTownSeq(tx: Tx, events: readonly { row: OutboxRow; seq: number }[]): Promise<boolean> {
  const town = events[0]?.row.town ?? "";
  const seqs = events.map(({ seq }) => seq);
  const before = await tx.execute<{ seq: string }>(sql`select seq::text as seq from town_seq where town = ${town}`);
  await tx.execute(sql`
    insert into town_seq as t (town, seq) values (${town}, ${Math.max(...seqs)}::bigint)
    on conflict (town) do update set seq = greatest(t.seq, excluded.seq)`);
  return Math.min(...seqs) <= Number(before.rows[0]?.seq ?? 0);
}
