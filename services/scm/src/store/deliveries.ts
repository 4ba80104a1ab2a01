import type { HookProvider, HookState } from "@gastown/contracts";
import { defineStatement, run, transaction, type Database, type Tx } from "@gastown/db";
import { and, eq, inArray, lt, ne, or, sql } from "@gastown/db/drizzle";
import { queriesOf } from "./queries.ts";
import { deliveries } from "./schema/deliveries.ts";

/** What names a delivery. */
export interface DeliveryKey {
  readonly provider: HookProvider;
  readonly delivery: string;
}

/** A delivery that came. */
export interface ReceivedDelivery extends DeliveryKey {
  readonly event: string;
  readonly action: string | null;
  readonly installation: string | null;
  readonly repoId: string | null;
  readonly streamSeq: number;
  readonly receivedAt: Date;
  /** Also when it was handled before. */
  readonly again: boolean;
}

/**
 * Those of the deliveries that are to be handled in this transaction: they are done when it commits. Not among them are those done before,
 * and no other transaction gets one of them meanwhile. A delivery may be named once.
 */
export async function claimDeliveries(tx: Tx, received: readonly ReceivedDelivery[]): Promise<DeliveryKey[]> {
  // In one order whoever claims them, so that two never wait for each other.
  const rows = received.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).map(rowOf);
  return run<{ provider: HookProvider; delivery: string }>(tx, claim, { rows: JSON.stringify(rows) });
}

const columns = sql.raw(
  "provider text, delivery text, event text, action text, installation text, repo_id text, stream_seq bigint, received_at timestamptz, again boolean",
);

const claim = defineStatement(sql`
  with given as (
    select * from json_to_recordset(${sql.placeholder("rows")}::json) as received (${columns})
  )
  insert into deliveries as known (provider, delivery, event, action, installation, repo_id, stream_seq, received_at, status, tries)
  select provider, delivery, event, action, installation, repo_id, stream_seq, received_at, 'done', 1 from given
  on conflict (provider, delivery) do update set
    status = 'done', reason = null, at = now(), tries = known.tries + 1,
    event = excluded.event, action = excluded.action, installation = excluded.installation, repo_id = excluded.repo_id,
    stream_seq = excluded.stream_seq, received_at = excluded.received_at
  where known.status <> 'done'
     or exists (
       select from given where given.provider = known.provider and given.delivery = known.delivery and given.again
     )
  returning provider, delivery`);

/** The delivery has failed for this reason; one that is done stays so. */
export async function saveFailure(db: Database, received: ReceivedDelivery, reason: string): Promise<void> {
  const { provider, delivery, event, action, installation, repoId, streamSeq, receivedAt } = received;
  const failed = { status: "failed" as const, reason, streamSeq, at: sql`now()` };
  await db.drizzle
    .insert(deliveries)
    .values({ provider, delivery, event, action, installation, repoId, receivedAt, tries: 1, ...failed })
    .onConflictDoUpdate({
      target: [deliveries.provider, deliveries.delivery],
      set: { ...failed, event, action, tries: sql`${deliveries.tries} + 1` },
      setWhere: ne(deliveries.status, "done"),
    });
}

/** Whether the delivery came before and could not be handled. */
export async function hasFailed(db: Database, key: DeliveryKey): Promise<boolean> {
  const rows = await db.drizzle
    .select({ status: deliveries.status })
    .from(deliveries)
    .where(isOne([key]));
  return rows[0]?.status === "failed";
}

/** What became of these deliveries; those that are not answered wait, or never came. */
export async function readStates(dbOrTx: Database | Tx, keys: readonly DeliveryKey[]): Promise<HookState[]> {
  if (keys.length === 0) return [];
  const rows = await queriesOf(dbOrTx).select().from(deliveries).where(isOne(keys));
  return rows.map(({ provider, delivery, status, tries, reason, at }) => ({
    provider: provider as HookProvider,
    delivery,
    status,
    tries,
    reason,
    at: at.toISOString(),
  }));
}

/** Which of these deliveries came and are done, and how often the forge was asked for each of the others. */
export async function readMissed(
  db: Database,
  provider: HookProvider,
  ids: readonly string[],
): Promise<{ done: Set<string>; asked: Map<string, number> }> {
  const done = new Set<string>();
  const asked = new Map<string, number>();
  // The log of three days can be long, and a statement takes 65,535 values.
  for (let from = 0; from < ids.length; from += 10_000) {
    const rows = await db.drizzle
      .select({ delivery: deliveries.delivery, status: deliveries.status, redeliveries: deliveries.redeliveries })
      .from(deliveries)
      .where(and(eq(deliveries.provider, provider), inArray(deliveries.delivery, ids.slice(from, from + 10_000))));
    for (const { delivery, status, redeliveries } of rows) {
      if (status === "done") done.add(delivery);
      else asked.set(delivery, redeliveries);
    }
  }
  return { done, asked };
}

/** The forge is about to be asked to send the delivery again: it counts also when the answer is lost. */
export async function noteRedelivery(
  db: Database,
  key: DeliveryKey & { event: string; reason: string },
): Promise<void> {
  const { provider, delivery, event, reason } = key;
  await db.drizzle
    .insert(deliveries)
    .values({ provider, delivery, event, reason, status: "missed", redeliveries: 1 })
    .onConflictDoUpdate({
      target: [deliveries.provider, deliveries.delivery],
      set: { redeliveries: sql`${deliveries.redeliveries} + 1`, at: sql`now()` },
    });
}

/** Rows of more than thirty days are gone: no forge sends what they are about again. */
export async function purgeDeliveries(db: Database): Promise<void> {
  await transaction(db, (tx) => tx.delete(deliveries).where(lt(deliveries.at, sql`now() - interval '30 days'`)));
}

function isOne(keys: readonly DeliveryKey[]) {
  return or(
    ...keys.map(({ provider, delivery }) => and(eq(deliveries.provider, provider), eq(deliveries.delivery, delivery))),
  );
}

function keyOf({ provider, delivery }: DeliveryKey): string {
  return `${provider}:${delivery}`;
}

function rowOf({ repoId, streamSeq, receivedAt, ...rest }: ReceivedDelivery) {
  return { ...rest, repo_id: repoId, stream_seq: streamSeq, received_at: receivedAt };
}
