import { buildEnvelope, slingBead, stopAgent, townCreated, type Envelope, type Verdict } from "@gastown/contracts";
import { registerTelemetry, span, traceIdOf, withTrace } from "@gastown/telemetry";
import { startOtlpReceiver, usePostgres } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  lockTown,
  processGroup,
  processOnce,
  readVerdict,
  saveOutbox,
  transaction,
  type Database,
  type OutboxDraft,
  type ReceivedMessage,
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
function received(envelope: Envelope, seq = 7): ReceivedMessage {
  return { service: "town", envelope, stream: "CMD_TOWN", seq };
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

/** Decides each of a group: an effect, an event, applied. */
async function decideAll(tx: Tx, fresh: readonly ReceivedMessage[]) {
  for (const { envelope } of fresh) await addEffect(tx, envelope.id);
  return fresh.map(({ envelope }) => ({
    verdict: applied(envelope),
    outbox: [created(envelope.townid, envelope.id)],
  }));
}

test("a group is decided together: what had a verdict keeps it, the same command twice is once, a town's in stream order", async () => {
  const [old, one, two, other] = [newCommand("grouped"), newCommand("grouped"), newCommand("grouped"), newCommand()];
  const before = applied(old, { bead: "gt-1" });
  await processOnce(db, received(old, 1), () => Promise.resolve({ verdict: before }));
  const given: string[] = [];
  const group = [received(two, 9), received(one, 8), received(other, 10), received(old, 1), received(one, 8)];
  const processed = await processGroup(db, group, (tx, fresh) => {
    given.push(...fresh.map(({ envelope }) => envelope.id));
    return decideAll(tx, fresh);
  });
  expect(given).toEqual([one.id, two.id, other.id]);
  expect(processed).toEqual([
    { verdict: applied(two), duplicate: false },
    { verdict: applied(one), duplicate: false },
    { verdict: applied(other), duplicate: false },
    { verdict: before, duplicate: true },
    { verdict: applied(one), duplicate: true },
  ]);
  for (const { id } of [one, two, other]) {
    expect(await effectsOf(id)).toBe(1);
    expect(await readVerdict(db, id)).toEqual({ command: id, outcome: "applied" });
  }
  const told = await outboxOf("grouped");
  expect(told.map((row) => [Number(row.town_seq), row.body.data])).toEqual([
    [1, { name: one.id }],
    [2, { name: two.id }],
  ]);
  expect(await outboxOf(other.townid)).toHaveLength(1);
});

test("a group that has its verdicts already is not decided", async () => {
  const group = [newCommand(), newCommand()].map((envelope) => received(envelope));
  await processGroup(db, group, decideAll);
  const again = await processGroup(db, group, never);
  expect(again).toEqual(group.map(({ envelope }) => ({ verdict: applied(envelope), duplicate: true })));
});

test.each([
  ["that throws", () => Promise.reject(new Error("poison")), "poison"],
  ["that forgets one", () => Promise.resolve([]), "2 commands were answered with 0 decisions"],
])("a group with a decision %s keeps nothing of any", async (_, decide, says) => {
  const group = [newCommand(), newCommand()].map((envelope) => received(envelope));
  const failing = processGroup(db, group, async (tx, fresh) => {
    await decideAll(tx, fresh);
    return decide();
  });
  await expect(failing).rejects.toThrow(says);
  for (const { envelope } of group) {
    expect(await effectsOf(envelope.id)).toBe(0);
    expect(await readVerdict(db, envelope.id)).toBeNull();
  }
});

test("groups of the same towns, named in any order, do not wait for each other in a circle", async () => {
  const towns = Array.from({ length: 8 }, (_, i) => `circle${i}`);
  const groups = Array.from({ length: 20 }, (_, n) => {
    const group = towns.map((town, i) => received(newCommand(town), n * 100 + i));
    return n % 2 === 0 ? group : group.toReversed();
  });
  await Promise.all(groups.map((group) => processGroup(db, group, decideAll)));
  for (const town of towns) {
    const numbers = (await outboxOf(town)).map((row) => Number(row.town_seq));
    expect(numbers).toEqual(Array.from({ length: groups.length }, (_, i) => i + 1));
  }
});

test("what commands of a group tell goes on in the trace of each", async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = await registerTelemetry({ service: "test", endpoint: receiver.url });
  const traces = new Map<string, string | null>();
  const group = await Promise.all(
    [newCommand(), newCommand()].map((envelope) =>
      span("process", { kind: "consumer", root: true }, (processing) => {
        traces.set(envelope.id, processing.traceId);
        const carrier = processing.carrier();
        return { ...received(envelope), within: <T>(fn: () => T) => withTrace(carrier, fn) };
      }),
    ),
  );
  await processGroup(db, group, decideAll);
  await telemetry.shutdown();
  await receiver.close();
  expect(new Set(traces.values()).size).toBe(2);
  for (const { envelope } of group) {
    const [told] = await outboxOf(envelope.townid);
    expect(traceIdOf(told?.body.traceparent)).toBe(traces.get(envelope.id));
  }
});
