import { eventually, usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { connectDatabase, notifyDue, startDueLoop, transaction, type Database, type DueLoopOptions } from "./index.ts";
import { logger, openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await openSchema(postgres.databaseUrl);
  await db.drizzle.execute(
    sql`create table towns (town text primary key, next_look_at timestamptz, looks int default 0)`,
  );
});
beforeEach(() => db.drizzle.execute(sql`truncate towns`));
afterAll(() => db.close());

const channel = "town_towns_due";
const secondsFromNow = (seconds: number | null) => sql`now() + ${seconds}::float8 * interval '1 second'`;

/** As a service does: the mark and the wake-up in one transaction. */
function mark(town: string, inSeconds: number | null = 0): Promise<void> {
  return transaction(db, async (tx) => {
    await tx.execute(sql`
      insert into towns (town, next_look_at) values (${town}, ${secondsFromNow(inSeconds)})
      on conflict (town) do update set next_look_at = excluded.next_look_at`);
    await notifyDue(tx, channel, town);
  });
}
/** As a look does at its end. */
async function setNext(town: string, inSeconds: number | null): Promise<void> {
  await db.drizzle.execute(
    sql`update towns set looks = looks + 1, next_look_at = ${secondsFromNow(inSeconds)} where town = ${town}`,
  );
}
function run(look: DueLoopOptions["look"], options: Partial<DueLoopOptions> = {}) {
  const stop = new AbortController();
  const loop = startDueLoop({ db, table: "towns", key: "town", look, logger, signal: stop.signal, ...options });
  const end = async () => {
    stop.abort();
    await loop.done;
  };
  onTestFinished(end);
  return { ...loop, stop: end };
}
async function looksOf(town: string): Promise<number> {
  const { rows } = await db.drizzle.execute<{ looks: number }>(sql`select looks from towns where town = ${town}`);
  return rows[0]?.looks ?? 0;
}

test("what is due is looked at, what will be due is looked at when it is, what is never due is not", async () => {
  await mark("now");
  await mark("soon", 1.2);
  await mark("never", null);
  run((town) => setNext(town, null));
  await eventually(async () => expect([await looksOf("now"), await looksOf("soon")]).toEqual([1, 1]));
  expect(await looksOf("never")).toBe(0);
});

test("each mark wakes the loop", async () => {
  run((town) => setNext(town, null));
  for (const round of [1, 2, 3]) {
    await mark("a");
    await eventually(async () => expect(await looksOf("a")).toBe(round));
  }
});

test("a look says when the next one is to be", async () => {
  await mark("a");
  const next = [0.05, 0.3, null];
  run((town) => setNext(town, next.shift() ?? null));
  await eventually(async () => expect(await looksOf("a")).toBe(3));
});

test("while there is more urgent work only keys are looked at that have been due for long, and the others when it is done", async () => {
  let patience = 60_000;
  run((town) => setNext(town, null), { patience: () => patience });
  await mark("fresh");
  await mark("old", -120);
  await eventually(async () => expect(await looksOf("old")).toBe(1));
  expect(await looksOf("fresh")).toBe(0);
  patience = 0;
  await eventually(async () => expect(await looksOf("fresh")).toBe(1));
});

test("replicas never look at one key at the same time, however often it is marked", async () => {
  const towns = Array.from({ length: 6 }, (_, i) => `t${i}`);
  const inside = new Map<string, number>();
  let overlaps = 0;
  let looks = 0;
  const look = async (town: string) => {
    // First the next time, then the slow work: a mark made meanwhile stays.
    await setNext(town, null);
    const others = inside.get(town) ?? 0;
    if (others > 0) overlaps++;
    inside.set(town, others + 1);
    looks++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside.set(town, others);
  };
  const replicas = await Promise.all(
    [1, 2, 3].map(() =>
      connectDatabase({ url: postgres.databaseUrl, schema: "town", name: "replica", max: 2, logger }),
    ),
  );
  onTestFinished(async () => void (await Promise.all(replicas.map((replica) => replica.close()))));
  for (const replica of replicas) run(look, { db: replica });
  for (let round = 0; round < 15; round++) {
    await Promise.all(towns.map((town) => mark(town)));
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await eventually(async () => {
    const { rows } = await db.drizzle.execute(sql`select 1 from towns where next_look_at is not null`);
    expect(rows).toEqual([]);
  });
  expect(overlaps).toBe(0);
  expect(looks).toBeGreaterThan(towns.length);
});

test("no more keys at once than allowed", async () => {
  for (let i = 0; i < 9; i++) await mark(`t${i}`);
  let inside = 0;
  let most = 0;
  let looked = 0;
  run(
    async (town) => {
      most = Math.max(most, ++inside);
      await setNext(town, null);
      inside--;
      looked++;
    },
    { concurrency: 2 },
  );
  await eventually(() => expect(looked).toBe(9));
  expect(most).toBe(2);
});

test("a failing look is tried again and does not hold up others", async () => {
  await mark("sick");
  await mark("well");
  let failures = 2;
  run(async (town) => {
    if (town === "sick" && failures-- > 0) throw new Error("not yet");
    await setNext(town, null);
  });
  await eventually(async () => expect([await looksOf("sick"), await looksOf("well")]).toEqual([1, 1]));
  expect(failures).toBe(-1);
});

test("a mark made while its key is looked at is not lost", async () => {
  const { promise: marked, resolve: tellMarked } = Promise.withResolvers<void>();
  const { promise: begun, resolve: tellBegun } = Promise.withResolvers<void>();
  run(async (town) => {
    await setNext(town, null);
    tellBegun();
    await marked;
  });
  await mark("a");
  await begun;
  await mark("a");
  tellMarked();
  await eventually(async () => expect(await looksOf("a")).toBe(2));
});

test("the key of a look that died is looked at again: its claim is only a time", async () => {
  await mark("a");
  const { promise: begun, resolve: tellBegun } = Promise.withResolvers<void>();
  run(async () => {
    tellBegun();
    await Promise.resolve();
  });
  await begun;
  const { rows } = await db.drizzle.execute<{ ok: boolean }>(
    sql`select next_look_at between now() + interval '5 seconds' and now() + interval '16 seconds' as ok from towns`,
  );
  expect(rows).toEqual([{ ok: true }]);
});

test("the loop goes on when its connection was cut", async () => {
  const loop = run((town) => setNext(town, null));
  await mark("a");
  await eventually(async () => expect(await looksOf("a")).toBe(1));
  await db.drizzle.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test loop towns'`,
  );
  await mark("a");
  await eventually(async () => expect(await looksOf("a")).toBe(2));
  await eventually(() => expect(loop.health()).toEqual({ ok: true }));
});

test("a look that failed with the loop's connection is not forgotten", async () => {
  await mark("a");
  let cuts = 1;
  run(async (town) => {
    if (cuts-- > 0) {
      await db.drizzle.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test loop towns'`,
      );
      throw new Error("everything fails at once");
    }
    await setNext(town, null);
  });
  await eventually(async () => expect(await looksOf("a")).toBe(1));
});

test("with nothing due, the database is not asked at all", async () => {
  const url = await postgres.createDatabase();
  const quiet = await openSchema(url);
  onTestFinished(() => quiet.close());
  await quiet.drizzle.execute(sql`create table towns (town text primary key, next_look_at timestamptz)`);
  await quiet.drizzle.execute(sql`insert into towns values ('later', now() + interval '1 hour'), ('never', null)`);
  const looked: string[] = [];
  run(async (town) => void looked.push(town), { db: quiet });
  // When the loop's connection asked last; its first question is the claim.
  const lastAsked = async () => {
    const { rows } = await db.drizzle.execute<{ at: string; query: string }>(sql`
      select query_start::text as at, query from pg_stat_activity
      where state = 'idle' and application_name = 'test loop towns' and datname = ${new URL(url).pathname.slice(1)}`);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.query).toContain("skip locked");
    return rows[0]?.at;
  };
  const before = await eventually(lastAsked);
  await new Promise((resolve) => setTimeout(resolve, 2_500)); // that nothing happens can only be seen by waiting
  expect(await lastAsked()).toBe(before);
  expect(looked).toEqual([]);
});
