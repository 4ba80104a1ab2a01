import { createBead, getTownVerdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";
import { pause } from "./abortable.ts";
import { answer, ask, followEvents, publish, PublishError, QueryError, sendCommand, type Published } from "./index.ts";
import { readStream } from "./events/read-stream.ts";
import { beadCommand, numberOf } from "./test/commands.ts";
import { eventName, publishEvents } from "./test/events.ts";
import { silent } from "./test/silent.ts";
import { startConsuming } from "./test/start-consuming.ts";
import { useBus } from "./test/use-bus.ts";

const used = useBus();

test("kill -9 of the server while publishing: nothing that was acknowledged is missing", async () => {
  const acknowledged = new Map<string, Published>();
  const ending = new AbortController();
  const publishers = Array.from({ length: 8 }, async (_, worker) => {
    for (let n = 0; !ending.signal.aborted; n++) {
      const envelope = beadCommand(`kill-${worker}`, n);
      try {
        acknowledged.set(envelope.id, await publish(used.bus, createBead, envelope));
      } catch (error) {
        if (!(error instanceof PublishError && error.code === "unavailable")) throw error;
        await pause(20);
      }
    }
  });
  for (let round = 1; round <= 2; round++) {
    await eventually(() => expect(acknowledged.size).toBeGreaterThan(round * 100));
    await used.nats.kill9();
    await used.nats.restart();
  }
  await eventually(() => expect(used.bus.connected()).toBe(true));
  ending.abort();
  await Promise.all(publishers);

  const sequences = [...acknowledged.values()].map(({ seq }) => seq);
  const stored = new Map<number, string>();
  const wanted = { fromSeq: 1, until: Math.max(...sequences), signal: AbortSignal.timeout(20_000) };
  for await (const message of readStream(used.bus, { stream: "CMD_TOWN", subjects: ["cmd.town.>"], ...wanted })) {
    stored.set(message.seq, message.headers?.get("Nats-Msg-Id") ?? "");
  }
  const missing = [...acknowledged].filter(([id, { seq }]) => stored.get(seq) !== id);
  expect(missing).toEqual([]);
});

test("consumers, readers, questions and senders go on after the server comes back, without being started again", async () => {
  // A set: a server that crashed may have forgotten the last acknowledgements, and deliver again what an inbox passes over.
  const handled = new Set<number>();
  const consuming = startConsuming(used.bus, {
    handle: ({ envelope }) => {
      if (envelope.townid === "resume") handled.add(numberOf(envelope));
      return Promise.resolve({ outcome: "applied", verdict: { command: envelope.id, outcome: "applied" } });
    },
  });
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  answer(used.bus, getTownVerdict, () => Promise.resolve({ seq: 1, data: { verdict: null } }), {
    logger: silent,
    signal: stopping.signal,
  });
  const seen: string[] = [];
  const following = (async () => {
    for await (const { envelope } of followEvents(used.bus, { subjects: ["evt.resume.>"], signal: stopping.signal })) {
      seen.push(eventName(envelope));
    }
  })();
  await eventually(() => expect(consuming.health()).toEqual({ ok: true }));
  await publishEvents(used.bus, "before", [1, 3]);
  await publish(used.bus, createBead, beadCommand("resume", 1));
  await eventually(() => expect([...handled]).toEqual([1]));

  await used.nats.kill9();
  await eventually(() => expect(used.bus.connected()).toBe(false));
  expect(consuming.health()).toEqual({
    ok: false,
    reason: expect.stringMatching(/^not connected to NATS since 2/) as string,
  });
  expect(used.bus.status()).toMatchObject({ connected: false });
  const asked = ask(used.bus, getTownVerdict, { town: "resume", data: { command: "c1" }, timeoutMs: 300 });
  await expect(asked).rejects.toBeInstanceOf(QueryError);
  // Sent while the server is away: it is stored and decided when it is back.
  const sent = sendCommand(used.bus, createBead, beadCommand("resume", 2), { timeoutMs: 40_000 });
  await used.nats.restart();

  expect(await sent).toMatchObject({ outcome: "applied" });
  await eventually(() => expect(consuming.health()).toEqual({ ok: true }));
  await publish(used.bus, createBead, beadCommand("resume", 3));
  await eventually(() => expect([...handled]).toEqual([1, 2, 3]));
  expect((await ask(used.bus, getTownVerdict, { town: "resume", data: { command: "c1" } })).seq).toBe(1);
  await publishEvents(used.bus, "resume", [1, 3]);
  await eventually(() => expect(seen).toEqual(["resume/1", "resume/2", "resume/3"]));
  stopping.abort();
  await following;
});
