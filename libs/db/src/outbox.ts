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
  if (drafts.length === 0) return [];
  const { schema, next } = await takeSequences(tx, drafts);
  const rows = drafts.map((draft) => {
    const townSeq = next.get(draft.town) ?? 0;
    next.set(draft.town, townSeq + 1);
    return toRow(tracedDraft(draft), schema, townSeq);
  });
  // `json` keeps the text of a body to the letter, inside of other JSON as well.
  await tx.execute(sql`
    insert into outbox (id, town, town_seq, kind, subject, body, traceparent)
    select id, town, town_seq, kind, subject, body, traceparent from json_to_recordset(${JSON.stringify(rows)}::json)
      as drafts (id text, town text, town_seq bigint, kind text, subject text, body json, traceparent text)`);
  await tx.execute(sql`select pg_notify(${outboxChannel(schema)}, '')`);
  return rows.map(({ id }) => id);
}

/** The message has a trace context: the one it was given, or that of a span of its own for its making, below the active one. */
export function tracedDraft(draft: OutboxDraft): OutboxDraft {
  return draft.traceparent === undefined ? { ...draft, traceparent: createTrace(draft.descriptor, draft.town) } : draft;
}

/**
 * Takes the next numbers of each town: `next` is the first. The rows stay locked until the transaction ends, so numbers are
 * committed in their own order, without gaps: what a sequence of Postgres would not give (nats §3.2).
 */
async function takeSequences(
  tx: Tx,
  drafts: readonly OutboxDraft[],
): Promise<{ schema: string; next: Map<string, number> }> {
  const counts = Array.from(
    Map.groupBy(drafts, ({ town }) => town),
    ([town, { length }]) => ({ town, count: length }),
  );
  // In one order, so that two transactions never wait for each other.
  const { rows } = await tx.execute<{ town: string; next: string; schema: string }>(sql`
    with counts as (
      select * from json_to_recordset(${JSON.stringify(counts)}::json) as counts (town text, count bigint)
    ), taken as (
      insert into outbox_town as t (town, last_seq) select town, count from counts order by town
      on conflict (town) do update set last_seq = t.last_seq + excluded.last_seq
      returning town, last_seq
    )
    select town, (last_seq - count + 1)::text as next, current_schema() as schema from taken join counts using (town)`);
  const [row] = rows;
  if (row === undefined) throw new Error("the database did not return the rows it wrote");
  return { schema: row.schema, next: new Map(rows.map(({ town, next }) => [town, Number(next)])) };
}

function toRow(draft: OutboxDraft, schema: string, townSeq: number) {
  const { descriptor, town, traceparent } = draft;
  const envelope = buildEnvelope(descriptor, { ...draft, source: `/${schema}` });
  return {
    id: envelope.id,
    town,
    town_seq: townSeq,
    kind: descriptor.kind,
    subject: subjectOf(descriptor, town),
    body: envelope,
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
