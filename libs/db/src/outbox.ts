import {
  buildEnvelope,
  subjectOf,
  subjectTemplate,
  type Command,
  type DataOf,
  type Descriptor,
  type Event,
} from "@gastown/contracts";
import { createSpanCarrier, type SpanOptions } from "@gastown/telemetry";
import { sql } from "@gastown/db/drizzle";
import { defineStatement } from "./statement.ts";
import { run, schemaOf, type Tx } from "./transaction.ts";

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
  const schema = schemaOf(tx);
  const rows = drafts.map((draft) => toRow(tracedDraft(draft), schema));
  await run(tx, insertDrafts, { rows: JSON.stringify(rows), channel: outboxChannel(schema) });
  return rows.map(({ id }) => id);
}

/** The message has a trace context: the one it was given, or that of a span of its own for its making, below the active one. */
export function tracedDraft(draft: OutboxDraft): OutboxDraft {
  return draft.traceparent === undefined ? { ...draft, traceparent: createTrace(draft.descriptor, draft.town) } : draft;
}

/**
 * Each message gets its town's next number. The towns' counters stay locked until the transaction ends, so numbers are committed
 * in their own order, without gaps: what a sequence of Postgres would not give (nats §3.2). They are taken in one order, so that
 * two transactions never wait for each other. `json` keeps the text of a body to the letter, inside of other JSON as well. The
 * relay is woken when the transaction commits.
 */
const insertDrafts = defineStatement(sql`
  with drafts as materialized (
    select *, row_number() over (partition by town order by place) as turn from rows from (
      json_to_recordset(${sql.placeholder("rows")}::json)
        as (id text, town text, kind text, subject text, body json, traceparent text)
    ) with ordinality as drafts (id, town, kind, subject, body, traceparent, place)
  ), counts as (
    select town, count(*) as count from drafts group by town
  ), taken as (
    insert into outbox_town as t (town, last_seq) select town, count from counts order by town
    on conflict (town) do update set last_seq = t.last_seq + excluded.last_seq
    returning town, last_seq
  ), inserted as (
    insert into outbox (id, town, town_seq, kind, subject, body, traceparent)
    select id, town, last_seq - count + turn, kind, subject, body, traceparent
    from drafts join counts using (town) join taken using (town)
    returning 1
  )
  select pg_notify(${sql.placeholder("channel")}, '') from (select count(*) from inserted) as done`);

function toRow(draft: OutboxDraft, schema: string) {
  const { descriptor, town, traceparent } = draft;
  const envelope = buildEnvelope(descriptor, { ...draft, source: `/${schema}` });
  return {
    id: envelope.id,
    town,
    kind: descriptor.kind,
    subject: subjectOf(descriptor, town),
    body: envelope,
    traceparent: traceparent ?? null,
  };
}

/** The context of a span of its own for the making of a message (nats §7): what is done with it later hangs there. */
function createTrace(d: Descriptor, town: string): string | undefined {
  const template = (): string => subjectTemplate(d);
  const options = (): SpanOptions => ({
    kind: "producer",
    attributes: {
      "messaging.system": "nats",
      "messaging.operation.name": "create",
      "messaging.operation.type": "create",
      "messaging.destination.name": subjectOf(d, town),
      "messaging.destination.template": template(),
      "town.id": town,
    },
  });
  return createSpanCarrier(() => `create ${template()}`, options).traceparent;
}
