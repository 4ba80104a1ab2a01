import { buildEnvelope, slingBead, stopAgent, townCreated, type Envelope, type Verdict } from "@gastown/contracts";
import { usePostgres } from "@gastown/testkit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  lockTown,
  processOnce,
  readVerdict,
  saveOutbox,
  transaction,
  type Database,
  type OutboxDraft,
  type Tx,
} from "./index.ts";
import { openSchema } from "./test/open-schema.ts";

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await openSchema(postgres.databaseUrl);
  await db.drizzle.execute(sql`create table effects (n serial, command text)`);
});
afterAll(() => db.close());

let lastTown = 0;
function newCommand(town = `t${++lastTown}`): Envelope {
  return buildEnvelope(slingBead, { town, data: { bead: "gt-1" }, actor: "user:anna", source: "/test" });
}
function received(envelope: Envelope) {
  return { service: "town", envelope, stream: "CMD_TOWN", seq: 7 };
}
function applied(envelope: Envelope, result?: Record<string, unknown>): Verdict {
  return { command: envelope.id, outcome: "applied", ...(result === undefined ? {} : { result }) };
}
function created(town: string, name: string): OutboxDraft {
  return { descriptor: townCreated, town, data: { name }, actor: "user:anna", causationId: "c1", correlationId: "c0" };
}
async function effectsOf(command: string): Promise<number> {
  const { rows } = await db.drizzle.execute(sql`select 1 from effects where command = ${command}`);
  return rows.length;
}
async function outboxOf(town: string) {
  const { rows } = await db.drizzle.execute<{
    id: string;
    town_seq: string;
    subject: string;
    kind: string;
    body: Envelope;
  }>(sql`select id, town_seq, subject, kind, body from outbox where town = ${town} order by town_seq`);
  return rows;
}
const never = () => Promise.reject(new Error("was decided again"));
const addEffect = (tx: Tx, command: string) => tx.execute(sql`insert into effects (command) values (${command})`);

test("a command delivered again is not decided again and has the stored verdict", async () => {
  const envelope = newCommand();
  const verdict = applied(envelope, { bead: "gt-1", text: '"quoted" \\ ü', list: ["1", { deep: "[]" }] });
  const decide = async (tx: Tx) => {
    await addEffect(tx, envelope.id);
    return { verdict, outbox: [created(envelope.townid, "x")] };
  };
  expect(await processOnce(db, received(envelope), decide)).toEqual({ verdict, duplicate: false });
  expect(await processOnce(db, received(envelope), never)).toEqual({ verdict, duplicate: true });
  expect(await readVerdict(db, envelope.id)).toEqual(verdict);
  expect(await effectsOf(envelope.id)).toBe(1);
  expect(await outboxOf(envelope.townid)).toHaveLength(1);
});

test.each([
  { outcome: "refused", code: "wrong_state", message: "it is closed" },
  { outcome: "terminal", code: "bead_not_found", message: "no such bead" },
] as const)("a $outcome verdict is stored with its code", async (said) => {
  const envelope = newCommand();
  const verdict: Verdict = { command: envelope.id, ...said };
  await processOnce(db, received(envelope), () => Promise.resolve({ verdict }));
  expect(await readVerdict(db, envelope.id)).toEqual(verdict);
  const { rows } = await db.drizzle.execute(
    sql`select consumer, town, stream, seq::int, outcome from inbox where msg_id = ${envelope.id}`,
  );
  expect(rows).toEqual([
    { consumer: "town", town: envelope.townid, stream: "CMD_TOWN", seq: 7, outcome: `${said.outcome}:${said.code}` },
  ]);
});

test("a throw keeps nothing, and the next delivery decides", async () => {
  const envelope = newCommand();
  const failing = processOnce(db, received(envelope), async (tx) => {
    await addEffect(tx, envelope.id);
    await saveOutbox(tx, [created(envelope.townid, "x")]);
    throw new Error("the disk is full");
  });
  await expect(failing).rejects.toThrow("the disk is full");
  expect(await effectsOf(envelope.id)).toBe(0);
  expect(await outboxOf(envelope.townid)).toEqual([]);
  expect(await readVerdict(db, envelope.id)).toBeNull();
  const verdict = applied(envelope);
  expect(await processOnce(db, received(envelope), () => Promise.resolve({ verdict }))).toEqual({
    verdict,
    duplicate: false,
  });
});

test("a verdict about another command is a bug and not stored", async () => {
  const envelope = newCommand();
  const verdict: Verdict = { command: "another", outcome: "applied" };
  await expect(processOnce(db, received(envelope), () => Promise.resolve({ verdict }))).rejects.toThrow(
    "names another",
  );
});

test("replicas given one command at once apply it once, and commands of a town one after the other", async () => {
  const commands = Array.from({ length: 10 }, () => newCommand("busy"));
  let inside = 0;
  const outcomes = await Promise.all(
    [...commands, ...commands].map((envelope) =>
      processOnce(db, received(envelope), async (tx) => {
        expect(++inside).toBe(1);
        await addEffect(tx, envelope.id);
        inside--;
        return { verdict: applied(envelope), outbox: [created("busy", "a"), created("busy", "b")] };
      }),
    ),
  );
  expect(outcomes.filter((outcome) => outcome.duplicate)).toHaveLength(10);
  for (const envelope of commands) expect(await effectsOf(envelope.id)).toBe(1);
  expect((await outboxOf("busy")).map((row) => Number(row.town_seq))).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

function saveOne(name: string, fail: boolean): Promise<void> {
  return transaction(db, async (tx) => {
    await lockTown(tx, "gaps");
    await saveOutbox(tx, [created("gaps", name)]);
    if (fail) throw new Error("rolled back");
  });
}

test("what was rolled back leaves no gap in a town's numbers", async () => {
  await saveOne("one", false);
  await expect(saveOne("never", true)).rejects.toThrow("rolled back");
  await saveOne("two", false);
  const rows = await outboxOf("gaps");
  expect(rows.map((row) => [Number(row.town_seq), row.body.data])).toEqual([
    [1, { name: "one" }],
    [2, { name: "two" }],
  ]);
});

test("the outbox holds whole envelopes, commands and events alike, in the order given", async () => {
  const start: OutboxDraft = {
    descriptor: stopAgent,
    town: "mixed",
    data: { agent: "gt-9", generation: 1, reason: "done" },
    actor: "rule:stop-finished-agents",
    subject: "agent/gt-9",
    causationId: "c1",
    correlationId: "c0",
  };
  const ids = await transaction(db, (tx) => saveOutbox(tx, [created("mixed", "x"), start, created("other", "y")]));
  const rows = await outboxOf("mixed");
  expect(rows.map((row) => [row.kind, row.subject])).toEqual([
    ["event", "evt.mixed.town.created"],
    ["command", "cmd.dispatcher.mixed.agent.stop"],
  ]);
  expect(ids.slice(0, 2)).toEqual(rows.map((row) => row.id));
  expect(rows[1]?.body).toMatchObject({
    id: ids[1],
    type: "dispatcher.agent.stop",
    source: "/town",
    townid: "mixed",
    actor: "rule:stop-finished-agents",
    subject: "agent/gt-9",
    causationid: "c1",
    correlationid: "c0",
    data: { agent: "gt-9", generation: 1, reason: "done" },
  });
});

test("data that do not fit their schema fail the transaction", async () => {
  const wrong = { ...created("wrong", "x"), data: { name: 1 } };
  await expect(transaction(db, (tx) => saveOutbox(tx, [wrong]))).rejects.toThrow("town.town.created");
  expect(await outboxOf("wrong")).toEqual([]);
});
