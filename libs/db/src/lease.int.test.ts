import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually, usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { LeaseLostError, transaction, withLease, type Database, type Lease } from "./index.ts";
import { logger, openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await openSchema(postgres.databaseUrl);
});
afterAll(() => db.close());

/** Asks for a lease and keeps it until told to give it up. */
function ask(name: string) {
  const stop = new AbortController();
  const held: Lease[] = [];
  const work = async (lease: Lease) => {
    held.push(lease);
    await new Promise<void>((resolve) => lease.signal.addEventListener("abort", () => resolve(), { once: true }));
    lease.signal.throwIfAborted();
  };
  const done = withLease(db, name, work, { signal: stop.signal, logger });
  const giveUp = async () => {
    stop.abort();
    await done;
  };
  onTestFinished(giveUp);
  return { held, giveUp, current: () => eventually(() => held.at(-1) ?? null) };
}

/** As Postgres does when the machine of the holder has vanished. */
async function cutConnectionOf(name: string): Promise<void> {
  const { rows } = await db.drizzle.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = ${`test lease ${name}`} and pid in (select pid from pg_locks where locktype = 'advisory')`);
  expect(rows).toHaveLength(1);
}

test("one holds it at a time; the next one gets it with a higher epoch", async () => {
  const first = ask("turn");
  const { epoch } = await first.current();
  const second = ask("turn");
  // It has asked, and was told no: the holder's last question was another one.
  await eventually(async () => {
    const { rows } = await db.drizzle.execute(sql`
      select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'test lease turn' and state = 'idle' and query like '%pg_try_advisory_lock%'`);
    expect(rows).toHaveLength(1);
  });
  expect(second.held).toEqual([]);
  await first.giveUp();
  expect((await second.current()).epoch).toBe(epoch + 1);
});

test("a holder that is killed with -9 is followed by the one that waits", async () => {
  const program = fileURLToPath(new URL("./test/lease-worker.ts", import.meta.url));
  const holder = spawn(process.execPath, [program, postgres.databaseUrl], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void holder.kill("SIGKILL"));
  const [line] = (await once(holder.stdout, "data")) as [Buffer];
  const waiting = ask("one");
  expect(waiting.held).toEqual([]);
  holder.kill("SIGKILL");
  expect((await waiting.current()).epoch).toBe(Number(line.toString()) + 1);
});

test("a holder whose connection was cut is told, and asks again", async () => {
  const holder = ask("cut");
  const before = await holder.current();
  await cutConnectionOf("cut");
  await eventually(() => expect(before.signal.aborted).toBe(true));
  await eventually(() => expect(holder.held).toHaveLength(2));
  expect((await holder.current()).epoch).toBe(before.epoch + 1);
});

test("a holder that does not know that it was followed cannot write", async () => {
  await db.drizzle.execute(sql`create table guarded (by int)`);
  const write = (lease: Lease) =>
    transaction(db, async (tx) => {
      await lease.check(tx);
      await tx.execute(sql`insert into guarded values (${lease.epoch})`);
    });
  const holder = ask("fence");
  const old = await holder.current();
  await write(old);
  await cutConnectionOf("fence");
  await eventually(() => expect(holder.held).toHaveLength(2));
  const current = await holder.current();
  await expect(write(old)).rejects.toThrow(LeaseLostError);
  await write(current);
  const { rows } = await db.drizzle.execute(sql`select by from guarded order by by`);
  expect(rows).toEqual([{ by: old.epoch }, { by: current.epoch }]);
});

test("while a holder's transaction runs, nobody becomes its follower", async () => {
  const holder = ask("overlap");
  const old = await holder.current();
  await transaction(db, async (tx) => {
    await old.check(tx);
    await cutConnectionOf("overlap");
    // The follower has the lock and waits for this transaction before it begins.
    await eventually(async () => {
      const { rows } = await db.drizzle.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and application_name = 'test lease overlap' and wait_event_type = 'Lock'`,
      );
      expect(rows).toHaveLength(1);
    });
    expect(holder.held).toHaveLength(1);
  });
  await eventually(() => expect(holder.held).toHaveLength(2));
});

test("work that just ends when its lease is lost begins again", async () => {
  const stop = new AbortController();
  let times = 0;
  const work = async (lease: Lease) => {
    times++;
    await new Promise<void>((resolve) => lease.signal.addEventListener("abort", () => resolve(), { once: true }));
  };
  const done = withLease(db, "quiet", work, { signal: stop.signal, logger });
  await eventually(() => expect(times).toBe(1));
  await eventually(() => cutConnectionOf("quiet"));
  await eventually(() => expect(times).toBe(2));
  stop.abort();
  await done;
});

test("what the work throws is thrown, and the lease is free again", async () => {
  const failing = withLease(db, "throws", () => Promise.reject(new Error("a bug")), {
    signal: new AbortController().signal,
    logger,
  });
  await expect(failing).rejects.toThrow("a bug");
  await ask("throws").current();
});
