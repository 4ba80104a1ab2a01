import { verdict as verdictSchema, type Envelope, type Verdict } from "@gastown/contracts";
import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { saveOutbox, type OutboxDraft } from "./outbox.ts";
import { lockTown, queriesOf, transaction, type Tx } from "./transaction.ts";

/** A command as it came off its stream. */
export interface ReceivedMessage {
  /** The consuming service. */
  service: string;
  envelope: Envelope;
  stream: string;
  seq: number;
}

/** What was decided about a command, and what is to be told of it. */
export interface Decision {
  verdict: Verdict;
  outbox?: readonly OutboxDraft[];
}

/**
 * After it, the command has taken effect exactly once, and its verdict is the stored one, however often it is delivered:
 * under the town's lock, in one transaction, the effects `decide` writes, the messages it answers and the verdict are
 * committed together. A command that has a verdict already is not decided again. When `decide` throws nothing is kept.
 */
export function processOnce(
  db: Database,
  message: ReceivedMessage,
  decide: (tx: Tx) => Promise<Decision>,
): Promise<{ verdict: Verdict; duplicate: boolean }> {
  const { envelope, service } = message;
  return transaction(db, async (tx) => {
    await lockTown(tx, envelope.townid);
    const stored = await findVerdict(tx, envelope.id, service);
    if (stored !== null) return { verdict: stored, duplicate: true };
    const { verdict, outbox = [] } = await decide(tx);
    if (verdict.command !== envelope.id) throw new Error(`the verdict of ${envelope.id} names ${verdict.command}`);
    await saveOutbox(tx, outbox);
    await insertVerdict(tx, message, verdict);
    return { verdict, duplicate: false };
  });
}

/** The verdict of a command by its id, or null while it has none (or it is older than 30 days). */
export function readVerdict(db: Database, command: string): Promise<Verdict | null> {
  return findVerdict(db, command);
}

async function findVerdict(dbOrTx: Database | Tx, command: string, service?: string): Promise<Verdict | null> {
  const ofService = service === undefined ? sql`` : sql`and consumer = ${service}`;
  const { rows } = await queriesOf(dbOrTx).execute<{ verdict: unknown }>(
    sql`select verdict from inbox where msg_id = ${command} ${ofService} order by at limit 1`,
  );
  return rows[0] === undefined ? null : verdictSchema.parse(rows[0].verdict);
}

async function insertVerdict(tx: Tx, message: ReceivedMessage, verdict: Verdict): Promise<void> {
  const { envelope, service, stream, seq } = message;
  const outcome = verdict.code === undefined ? verdict.outcome : `${verdict.outcome}:${verdict.code}`;
  await tx.execute(sql`
    insert into inbox (msg_id, consumer, town, stream, seq, outcome, verdict)
    values (${envelope.id}, ${service}, ${envelope.townid}, ${stream}, ${seq}, ${outcome}, ${JSON.stringify(verdict)}::json)`);
}
