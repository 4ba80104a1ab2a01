import { beadUnblocked, createBead, getTownVerdict } from "@gastown/contracts";
import { createSpanCarrier, injectTrace, registerTelemetry, span } from "@gastown/telemetry";
import { startOtlpReceiver, type ReceivedSpan } from "@gastown/testkit";
import { expect, test, vi } from "vitest";
import { answer, ask, newEnvelope, publishRaw, sendCommand } from "../index.ts";
import { beadCommand } from "../test/commands.ts";
import { silent } from "../test/silent.ts";
import { startConsuming } from "../test/start-consuming.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus();

test("one trace from the request over the command to its event and to a question; a loop leaves no span active", async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = await registerTelemetry({ service: "test", endpoint: receiver.url });
  const within: unknown[] = [];
  const outside: unknown[] = [];
  let stored: string | undefined;
  const consuming = startConsuming(used.bus, {
    handleGroup: (group) => {
      outside.push(injectTrace());
      return Promise.resolve(
        group.map((message) => {
          within.push(message.within(() => injectTrace().traceparent));
          // What an outbox does: the event's creation is a span of its own, whose context is stored.
          stored ??= message.within(() => createSpanCarrier("create evt.{town}.bead.unblocked", {}).traceparent);
          return { outcome: "applied", verdict: { command: message.envelope.id, outcome: "applied" } };
        }),
      );
    },
  });
  const stopping = new AbortController();
  answer(used.bus, getTownVerdict, () => Promise.resolve({ seq: 1, data: { verdict: null } }), {
    logger: silent,
    signal: stopping.signal,
  });
  const envelope = await span("POST /v1/towns/{town}/beads", { kind: "server" }, async () => {
    const command = beadCommand("traced", 1);
    await sendCommand(used.bus, createBead, command, { timeoutMs: 20_000 });
    await ask(used.bus, getTownVerdict, { town: "traced", data: { command: command.id } });
    return command;
  });
  const event = newEnvelope(beadUnblocked, {
    town: "traced",
    data: { bead: "gt-1" },
    actor: "rule:test",
    source: "/town",
    traceparent: stored,
  });
  const subject = "evt.traced.bead.unblocked";
  const { seq } = await publishRaw(used.bus, {
    subject,
    body: JSON.stringify(event),
    id: event.id,
    traceparent: stored,
  });
  expect(injectTrace()).toEqual({});
  // A message that is handled six minutes later, as a replay is.
  const { now } = Date;
  const later = vi.spyOn(Date, "now").mockImplementation(() => now() + 6 * 60_000);
  await sendCommand(used.bus, createBead, beadCommand("replayed", 1), { timeoutMs: 20_000 });
  later.mockRestore();
  stopping.abort();
  await consuming.stop();
  await telemetry.shutdown();

  const all = receiver.spans();
  const [sentLater, replayed] = ["send", "process"].map((operation) =>
    all.find(({ name, attributes }) => name.startsWith(operation) && attributes["town.id"] === "replayed"),
  );
  expect(replayed).toMatchObject({
    parentSpanId: "",
    links: [{ traceId: sentLater?.traceId, spanId: sentLater?.spanId }],
  });
  expect(replayed?.traceId).not.toBe(sentLater?.traceId);

  const live = all.filter(({ traceId }) => traceId !== sentLater?.traceId && traceId !== replayed?.traceId);
  const spans = new Map(live.map((received) => [`${received.name} ${received.kind}`, received]));
  const of = (name: string, kind: number): ReceivedSpan => {
    const found = spans.get(`${name} ${kind}`);
    if (found === undefined) throw new Error(`no span ${name} ${kind} in ${[...spans.keys()].join(", ")}`);
    return found;
  };
  const post = of("POST /v1/towns/{town}/beads", 2);
  const send = of("send cmd.town.{town}.bead.create", 4);
  const processed = of("process cmd.town.{town}.bead.create", 5);
  const created = of("create evt.{town}.bead.unblocked", 4);
  const sent = of("send evt.{town}.bead.unblocked", 3);
  const asked = of("send qry.town.{town}.command.get", 3);
  const answered = of("process qry.town.{town}.command.get", 2);
  expect([send, processed, created, sent, asked, answered].map(({ traceId }) => traceId)).toEqual(
    Array.from({ length: 6 }, () => post.traceId),
  );
  expect(send.parentSpanId).toBe(post.spanId);
  expect(processed.parentSpanId).toBe(send.spanId);
  expect(created.parentSpanId).toBe(processed.spanId);
  expect(sent.parentSpanId).toBe(created.spanId);
  expect(sent.links).toEqual([{ traceId: created.traceId, spanId: created.spanId }]);
  expect(asked.parentSpanId).toBe(post.spanId);
  expect(answered.parentSpanId).toBe(asked.spanId);
  // A group belongs to no command's trace, each of its commands to its own.
  expect(outside).toEqual([{}, {}]);
  expect(within[0]).toBe(`00-${processed.traceId}-${processed.spanId}-01`);
  expect(processed.attributes).toMatchObject({
    "messaging.system": "nats",
    "messaging.operation.name": "process",
    "messaging.destination.template": "cmd.town.{town}.bead.create",
    "messaging.message.id": envelope.id,
    "messaging.message.conversation_id": envelope.correlationid,
    "messaging.nats.stream.name": "CMD_TOWN",
    "town.id": "traced",
    "town.outcome": "applied",
  });
  // The stored context is on the wire unchanged.
  const onWire = await wireOf(used.bus).manager.streams.getMessage("EVT", { seq });
  expect(onWire?.header.get("traceparent")).toBe(stored);
  await receiver.close();
});
