import { headers } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { fileDeadLetter, type GivenUp } from "./dead-letters.ts";
import { dropDeadLetter, getDeadLetter, listDeadLetters, publishRaw, retryDeadLetter } from "./index.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();

const given = (seq: number, more: Partial<GivenUp> = {}): GivenUp => ({
  service: "town",
  town: "t1",
  stream: "CMD_TOWN",
  seq,
  consumer: "town-22",
  subject: "cmd.town.t1.bead.create.22",
  body: new TextEncoder().encode(`body ${seq}`),
  headers: undefined,
  deliveries: 8,
  code: "retries_exhausted",
  reason: "deadlock",
  ...more,
});

test("newest first, page by page, over gaps; the same message given up twice is one", async () => {
  for (let seq = 1; seq <= 5; seq++) await fileDeadLetter(used.bus, given(seq));
  await fileDeadLetter(used.bus, given(5, { reason: "given up by another" }));
  await wireOf(used.bus).manager.streams.deleteMessage("DLQ", 3);

  const first = await listDeadLetters(used.bus, { limit: 2 });
  expect(first.items.map(({ streamSeq, body }) => [streamSeq, body])).toEqual([
    [5, "body 5"],
    [4, "body 4"],
  ]);
  const second = await listDeadLetters(used.bus, { limit: 2, after: first.next ?? 0 });
  expect(second.items.map(({ streamSeq }) => streamSeq)).toEqual([2, 1]);
  expect(second.next).toBeNull();
  expect(await listDeadLetters(used.bus, { limit: 2, after: 1 })).toEqual({ items: [], next: null });
});

test("headers are kept, except those of NATS, which would have the copy refused or expire", async () => {
  const fields = headers();
  for (const [name, value] of [
    ["traceparent", "00-x"],
    ["Content-Type", "application/cloudevents+json"],
    ["Nats-Msg-Id", "original"],
    ["Nats-Expected-Stream", "CMD_TOWN"],
    ["nats-ttl", "1s"],
  ] as const) {
    fields.append(name, value);
  }
  fields.append("traceparent", "00-y");
  await fileDeadLetter(
    used.bus,
    given(77, { headers: fields, reason: "two\r\nlines\u0000", code: "no such.code", town: "a.b" }),
  );
  const { items } = await listDeadLetters(used.bus, { limit: 1 });
  expect(items[0]).toMatchObject({ town: "a.b", code: "no such.code", reason: "two lines", deliveries: 8 });
  const stored = await wireOf(used.bus).manager.streams.getMessage("DLQ", { seq: items[0]?.seq ?? 0 });
  expect(stored?.subject).toBe("dlq.town.a=2Eb.no=20such=2Ecode");
  expect(Object.fromEntries(stored?.header ?? [])).toEqual({
    traceparent: ["00-x", "00-y"],
    "Content-Type": ["application/cloudevents+json"],
    "Nats-Msg-Id": ["dlq:CMD_TOWN:77:town-22"],
    "Dlq-Stream": ["CMD_TOWN"],
    "Dlq-Seq": ["77"],
    "Dlq-Subject": ["cmd.town.t1.bead.create.22"],
    "Dlq-Consumer": ["town-22"],
    "Dlq-Deliveries": ["8"],
    "Dlq-Reason": ["no such.code"],
    "Dlq-Error": ["two lines"],
    "Dlq-At": [expect.stringMatching(/^20\d\d-/)],
  });
});

/** The newest dead letter. */
async function newest() {
  const { items } = await listDeadLetters(used.bus, { limit: 1 });
  const [letter] = items;
  if (letter === undefined) throw new Error("there is no dead letter");
  return letter;
}

test("a retry goes to where the message was published, past its own id, with its body and trace, once; the letter is gone", async () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const body = JSON.stringify({ id: "original-1", hello: "wörld" });
  const first = await publishRaw(used.bus, { subject: "cmd.town.t1.bead.create", id: "original-1", body, traceparent });
  const stored = await wireOf(used.bus).manager.streams.getMessage("CMD_TOWN", { seq: first.seq });
  if (stored === null) throw new Error("the command was not stored");
  const { subject, header } = stored;
  // Another consumer's than those of the tests above, whose letters have the same sequences.
  const consumer = "town-9";
  expect(subject).toMatch(/^cmd\.town\.t1\.bead\.create\.\d+$/);
  await fileDeadLetter(used.bus, given(first.seq, { subject, consumer, body: stored.data, headers: header }));
  const { seq } = await newest();

  expect(await retryDeadLetter(used.bus, seq)).toBe("retried");
  const again = await wireOf(used.bus).manager.streams.getMessage("CMD_TOWN", { seq: first.seq + 1 });
  expect({ subject: again?.subject, body: again?.string() }).toEqual({ subject, body });
  expect(Object.fromEntries(again?.header ?? [])).toEqual({
    traceparent: [traceparent],
    "Content-Type": ["application/cloudevents+json"],
    "Nats-Msg-Id": [expect.stringContaining(String(seq))],
  });
  expect(await getDeadLetter(used.bus, seq)).toBeNull();
  expect(await retryDeadLetter(used.bus, seq)).toBe("not_found");
  const { state } = await wireOf(used.bus).manager.streams.info("CMD_TOWN");
  expect(state.last_seq).toBe(first.seq + 1);

  // Given up once more it is another letter: its place in the stream is another.
  await fileDeadLetter(used.bus, given(first.seq + 1, { subject, consumer, body: stored.data }));
  expect((await newest()).streamSeq).toBe(first.seq + 1);
});

test("what was never a command of ours stays a dead letter; it can be dropped, once", async () => {
  await fileDeadLetter(used.bus, given(90, { subject: "hook.github" }));
  const { seq } = await newest();
  expect(await retryDeadLetter(used.bus, seq)).toBe("not_a_command");
  expect(await getDeadLetter(used.bus, seq)).toMatchObject({ seq, subject: "hook.github", body: "body 90" });
  expect(await dropDeadLetter(used.bus, seq)).toBe(true);
  expect(await dropDeadLetter(used.bus, seq)).toBe(false);
  expect(await getDeadLetter(used.bus, seq)).toBeNull();
  expect(await getDeadLetter(used.bus, 1_000_000)).toBeNull();
});

test("those of one town are found among others, page by page", async () => {
  for (const [at, town] of ["t7", "t8", "t7"].entries()) await fileDeadLetter(used.bus, given(700 + at, { town }));
  const first = await listDeadLetters(used.bus, { limit: 1, town: "t7" });
  expect(first.items).toMatchObject([{ town: "t7", streamSeq: 702 }]);
  const second = await listDeadLetters(used.bus, { limit: 5, town: "t7", after: first.next ?? 0 });
  expect(second).toMatchObject({ items: [{ town: "t7", streamSeq: 700 }], next: null });
});
