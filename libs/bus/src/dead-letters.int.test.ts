import { headers } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { fileDeadLetter, type GivenUp } from "./dead-letters.ts";
import { listDeadLetters } from "./index.ts";
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
