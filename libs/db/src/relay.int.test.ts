import { townCreated, stopAgent, type Envelope } from "@gastown/contracts";
import { eventually, usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterEach, expect, test } from "vitest";
import {
  readTownSeq,
  saveOutbox,
  startRelay,
  transaction,
  type Database,
  type OutboxRow,
  type Relay,
  type RelayOptions,
} from "./index.ts";
import { logger, openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function open(url?: string): Promise<Database> {
  const db = await openSchema(url ?? (await postgres.createDatabase()));
  ends.push(() => db.close());
  return db;
}

function run(
  db: Database,
  options: Pick<RelayOptions, "publish"> & Partial<RelayOptions>,
): Relay & { stop(): Promise<void> } {
  const stop = new AbortController();
  const relay = startRelay({ db, source: "town", logger, signal: stop.signal, ...options });
  const end = async () => {
    stop.abort();
    await relay.done;
  };
  ends.push(end);
  return { ...relay, stop: end };
}

/** Stands for a stream: keeps what was published, forgets ids it has had, may be told to fail. */
const never = () => false;
function createStream() {
  const log: { id: string; town: string; name: string; seq: number }[] = [];
  let failing: (row: OutboxRow) => boolean = never;
  let lastSeq = 0;
  return {
    log,
    failWhen(when: (row: OutboxRow) => boolean) {
      failing = when;
    },
    loseTail(count: number) {
      log.splice(-count);
      lastSeq = log.at(-1)?.seq ?? 0;
    },
    append(id: string) {
      log.push({ id, town: "foreign", name: "", seq: ++lastSeq });
    },
    publish: async (row: OutboxRow) => {
      await new Promise(setImmediate);
      if (failing(row)) throw new Error("no responders");
      const before = log.find((entry) => entry.id === row.id);
      if (before !== undefined) return { seq: before.seq };
      const { data } = JSON.parse(row.body) as Envelope<{ name: string }>;
      log.push({ id: row.id, town: row.town, name: data.name, seq: ++lastSeq });
      return { seq: lastSeq };
    },
    range: () => Promise.resolve({ firstSeq: log[0]?.seq ?? 0, lastSeq }),
    idAt: (seq: number) => Promise.resolve(log.find((entry) => entry.seq === seq)?.id ?? null),
    of: (town: string) => log.filter((entry) => entry.town === town).map((entry) => entry.name),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);
function save(db: Database, town: string, names: readonly string[]): Promise<string[]> {
  return transaction(db, (tx) =>
    saveOutbox(
      tx,
      names.map((name) => ({ descriptor: townCreated, town, data: { name }, actor: "user:anna" })),
    ),
  );
}
async function pendingIn(db: Database): Promise<number> {
  const { rows } = await db.drizzle.execute(sql`select 1 from outbox where sent_at is null`);
  return rows.length;
}
const sentAll = (db: Database) => eventually(async () => expect(await pendingIn(db)).toBe(0));

test("everything is published in each town's order, what was there and what comes", async () => {
  const db = await open();
  const stream = createStream();
  await save(db, "a", numbers(1, 120));
  const published: string[] = [];
  run(db, { publish: stream.publish, onPublished: async (row, seq) => void published.push(`${row.id} ${seq}`) });
  await Promise.all(["b", "c"].map((town) => save(db, town, numbers(1, 60))));
  await save(db, "a", numbers(121, 130));
  await sentAll(db);
  expect(stream.of("a")).toEqual(numbers(1, 130));
  for (const town of ["b", "c"]) expect(stream.of(town)).toEqual(numbers(1, 60));
  expect(published.toSorted()).toEqual(stream.log.map((entry) => `${entry.id} ${entry.seq}`).toSorted());
  const { rows } = await db.drizzle.execute<{ id: string; seq: number }>(
    sql`select id, stream_seq::int as seq from outbox`,
  );
  expect(new Map(rows.map((row) => [row.id, row.seq]))).toEqual(
    new Map(stream.log.map((entry) => [entry.id, entry.seq])),
  );
  expect(await readTownSeq(db, "a")).toBe(Math.max(...stream.log.filter((e) => e.town === "a").map((e) => e.seq)));
  expect(await readTownSeq(db, "nowhere")).toBeNull();
});

test("a message that cannot be published holds back its town, keeps its order, and no other town", async () => {
  const db = await open();
  const stream = createStream();
  const tries = new Map<string, number>();
  let seenIll = false;
  // At least three times, and until that was seen.
  stream.failWhen((row) => {
    const count = (tries.get(row.id) ?? 0) + 1;
    tries.set(row.id, count);
    const { data } = JSON.parse(row.body) as Envelope<{ name: string }>;
    return row.town === "sick" && Number(data.name) % 4 === 0 && (count < 3 || !seenIll);
  });
  const relay = run(db, { publish: stream.publish });
  await save(db, "sick", numbers(1, 10));
  await save(db, "well", numbers(1, 10));
  await eventually(() => expect(stream.of("well")).toEqual(numbers(1, 10)));
  await eventually(() => expect(relay.health()).toEqual({ ok: false, reason: "no responders" }));
  seenIll = true;
  await sentAll(db);
  expect(stream.of("sick")).toEqual(numbers(1, 10));
  await eventually(() => expect(relay.health()).toEqual({ ok: true }));
});

test("one relay works at a time, another takes over where it stopped", async () => {
  const url = await postgres.createDatabase();
  const stream = createStream();
  const seen: string[] = [];
  const publishAs = (who: string) => (row: OutboxRow) => {
    seen.push(who);
    return stream.publish(row);
  };
  const [one, two] = [await open(url), await open(url)];
  const first = run(one, { publish: publishAs("first") });
  await save(one, "a", numbers(1, 5));
  await sentAll(one);
  run(two, { publish: publishAs("second") });
  await save(two, "a", numbers(6, 10));
  await sentAll(two);
  expect(new Set(seen)).toEqual(new Set(["first"]));
  await first.stop();
  await save(two, "a", numbers(11, 15));
  await sentAll(two);
  expect(seen.at(-1)).toBe("second");
  expect(stream.of("a")).toEqual(numbers(1, 15));
});

test("a relay whose connection was cut goes on", async () => {
  const db = await open();
  const stream = createStream();
  run(db, { publish: stream.publish });
  await save(db, "a", numbers(1, 5));
  await sentAll(db);
  await db.drizzle.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test lease relay' and datname = current_database()`,
  );
  await save(db, "a", numbers(6, 10));
  await sentAll(db);
  expect(stream.of("a")).toEqual(numbers(1, 10));
});

test("what was published but not noted is published again under the same id", async () => {
  const db = await open();
  const stream = createStream();
  let failures = 1;
  const onPublished = async () => {
    if (failures-- > 0) throw new Error("the database went away");
  };
  run(db, { publish: stream.publish, onPublished });
  await save(db, "a", numbers(1, 8));
  await sentAll(db);
  expect(stream.of("a")).toEqual(numbers(1, 8));
});

test("events that the stream lost with its tail are published again, those it has are not", async () => {
  const db = await open();
  const stream = createStream();
  const first = run(db, { publish: stream.publish, stored: stream });
  await save(db, "a", numbers(1, 20));
  await sentAll(db);
  await first.stop();
  stream.loseTail(7);
  // Others publish first after the crash, so that the stream's last sequence is as high as it was.
  for (const id of ["x", "y", "z", "u", "v", "w", "s", "t"]) stream.append(id);
  const tried: string[] = [];
  const publish = (row: OutboxRow) => {
    tried.push(row.id);
    return stream.publish(row);
  };
  run(db, { publish, stored: stream });
  await eventually(() => expect(stream.of("a")).toEqual(numbers(1, 20)));
  await sentAll(db);
  expect(tried).toHaveLength(7);
});

test("commands have no place in a town's sequence of events", async () => {
  const db = await open();
  const data = { agent: "gt-9", generation: 1, reason: "done" };
  await transaction(db, (tx) => saveOutbox(tx, [{ descriptor: stopAgent, town: "a", data, actor: "rule:x" }]));
  run(db, { publish: () => Promise.resolve({ seq: 999 }) });
  await sentAll(db);
  expect(await readTownSeq(db, "a")).toBeNull();
});

test("rows sent a day ago and verdicts a month old are gone, pending ones stay", async () => {
  const db = await open();
  const stream = createStream();
  await save(db, "a", numbers(1, 3));
  await db.drizzle.execute(sql`update outbox set sent_at = now() - interval '25 hours' where town_seq = 1`);
  await db.drizzle.execute(sql`update outbox set sent_at = now() - interval '23 hours' where town_seq = 2`);
  await db.drizzle.execute(sql`
    insert into inbox (msg_id, consumer, town, stream, seq, outcome, verdict, at)
    select 'm' || days, 'town', 'a', 'CMD_TOWN', 1, 'applied', '{}', now() - days * interval '1 day' from (values (29), (31)) as v (days)`);
  run(db, { publish: stream.publish });
  await eventually(async () => {
    const { rows } = await db.drizzle.execute<{ msg_id: string }>(sql`select msg_id from inbox`);
    expect(rows).toEqual([{ msg_id: "m29" }]);
  });
  await sentAll(db);
  await eventually(async () => {
    const { rows } = await db.drizzle.execute<{ town_seq: string }>(sql`select town_seq from outbox order by town_seq`);
    expect(rows.map((row) => Number(row.town_seq))).toEqual([2, 3]);
  });
  expect(stream.of("a")).toEqual(["3"]);
});
