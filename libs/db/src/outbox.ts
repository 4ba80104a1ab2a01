import {
  buildEnvelope,
  subjectOf,
  subjectTemplate,
  type Command,
  type DataOf,
  type Descriptor,
  type Event,
} from "@gastown/contracts";
import { createSpanCarrier } from "@gastown/telemetry";
import { sql } from "drizzle-orm";
import type { Tx } from "./transaction.ts";

/** A message to publish once the transaction has committed. */
export interface OutboxDraft<D extends Command | Event = Command | Event> {
  descriptor: D;
  /** The town it is about, or `noTown`. */
  town: string;
  data: DataOf<D>;
  actor: string;
  /** What it is about: `bead/gt-42`. */
  subject?: string | undefined;
  /** The message or decision that caused it. */
  causationId?: string | undefined;
  correlationId?: string | undefined;
  /** The active trace by default. */
  traceparent?: string | undefined;
}

/** Where the writers of a schema wake its relay. */
export function outboxChannel(schema: string): string {
  return `${schema}_outbox`;
}

/**
 * The messages will be published if the transaction commits: each once, those of a town in this order and behind all
 * earlier ones of the town. The caller holds `lockTown` of each town. Answers their ids.
 * Throws `InvalidMessageError` when data do not fit their schema.
 */
export async function saveOutbox(tx: Tx, drafts: readonly OutboxDraft[]): Promise<string[]> {
  const ids = new Map<OutboxDraft, string>();
  for (const [town, ofTown] of Map.groupBy(drafts, (draft) => draft.town)) {
    const { schema, first } = await takeSequence(tx, town, ofTown.length);
    const rows = ofTown.map((draft, index) => toRow(draft, schema, first + index));
    for (const [index, draft] of ofTown.entries()) ids.set(draft, rows[index]?.id ?? "");
    const values = rows.map(
      (row) =>
        sql`(${row.id}, ${town}, ${row.townSeq}::bigint, ${row.kind}, ${row.subject}, ${row.body}::json, ${row.traceparent}::text)`,
    );
    await tx.execute(
      sql`insert into outbox (id, town, town_seq, kind, subject, body, traceparent) values ${sql.join(values, sql`, `)}`,
    );
    await tx.execute(sql`select pg_notify(${outboxChannel(schema)}, '')`);
  }
  return drafts.map((draft) => ids.get(draft) ?? "");
}

/**
 * Takes the next numbers of a town. The row stays locked until the transaction ends, so numbers are committed in their own
 * order, without gaps: what a sequence of Postgres would not give (nats §3.2).
 */
async function takeSequence(tx: Tx, town: string, count: number): Promise<{ schema: string; first: number }> {
  const { rows } = await tx.execute<{ last: string; schema: string }>(sql`
    insert into outbox_town as t (town, last_seq) values (${town}, ${count})
    on conflict (town) do update set last_seq = t.last_seq + ${count}
    returning last_seq::text as last, current_schema() as schema`);
  const [row] = rows;
  if (row === undefined) throw new Error("the database did not return the row it wrote");
  return { schema: row.schema, first: Number(row.last) - count + 1 };
}

function toRow(draft: OutboxDraft, schema: string, townSeq: number) {
  const { descriptor, town } = draft;
  const traceparent = draft.traceparent ?? createTrace(descriptor, town);
  const envelope = buildEnvelope(descriptor, { ...draft, source: `/${schema}`, traceparent });
  return {
    id: envelope.id,
    townSeq,
    kind: descriptor.kind,
    subject: subjectOf(descriptor, town),
    body: JSON.stringify(envelope),
    traceparent: traceparent ?? null,
  };
}

/** The context of a span of its own for the making of a message (nats §7): what is done with it later hangs there. */
function createTrace(d: Descriptor, town: string): string | undefined {
  const template = subjectTemplate(d);
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.name": "create",
    "messaging.operation.type": "create",
    "messaging.destination.name": subjectOf(d, town),
    "messaging.destination.template": template,
    "town.id": town,
  };
  return createSpanCarrier(`create ${template}`, { kind: "producer", attributes }).traceparent;
}
