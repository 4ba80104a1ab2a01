import { connectBus, consumeCommands, newEnvelope, provision, sendCommand, type CommandMessage } from "@gastown/bus";
import { addRig, createBead, createTown, reportRig, startAgent, type Command } from "@gastown/contracts";
import { createLogger, registerTelemetry, span } from "@gastown/telemetry";
import { eventually, startOtlpReceiver, useServers } from "@gastown/testkit";
import { expect, it } from "vitest";
import { start } from "./wiring.ts";

const servers = useServers();
const logger = createLogger("test", { level: "silent" });

it("is one: the request, the command's process, the rules' decisions and the order to start an agent", async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = registerTelemetry({ service: "town", endpoint: receiver.url });
  const stop = new AbortController();
  const bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const town = await start(
    { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl },
    { logger, signal: stop.signal },
  );
  const started: CommandMessage[] = [];
  const handle = (message: CommandMessage) => {
    started.push(message);
    return Promise.resolve({ outcome: "applied" as const });
  };
  consumeCommands(bus, { owner: "dispatcher", service: "dispatcher", handle, logger, signal: stop.signal });
  const send = <C extends Command>(command: C, data: C["data"]["_zod"]["input"]) =>
    span("POST", { kind: "server", root: true }, async ({ traceId }) => {
      const envelope = newEnvelope(command, { town: "traced", data, actor: "user:ann", source: "/test" });
      return { traceId, id: envelope.id, verdict: await sendCommand(bus, command, envelope, { timeoutMs: 20_000 }) };
    });

  await send(createTown, { name: "Traced" });
  await send(addRig, { rig: "web", prefix: "gt", source: "/src" });
  await send(reportRig, { rig: "web", state: "ready", defaultBranch: "main", cloneUrl: null, reason: null });
  const { traceId, id } = await send(createBead, { rig: "web", title: "Traced" });
  const order = await eventually(() => {
    const found = started.find(({ envelope }) => envelope.type === startAgent.type);
    if (found === undefined) throw new Error("no agent was ordered yet");
    return found;
  });
  expect(order.envelope.correlationid).toBe(id);
  expect(order.envelope.causationid).toBe("dispatch");
  expect(order.envelope.traceparent).toContain(traceId);

  await town.close();
  stop.abort();
  await bus.close();
  await telemetry.shutdown();
  const spans = receiver.spans().filter((s) => s.traceId === traceId);
  const named = (name: string) => spans.find((s) => s.name === name);
  const process = spans.find((s) => s.name.startsWith("process cmd.town."));
  expect(process).toBeDefined();
  for (const rule of ["assign-open-bead", "dispatch"]) {
    expect(named(`reconcile ${rule}`)?.parentSpanId).toBe(process?.spanId);
  }
  const create = spans.find((s) => s.name.startsWith("create cmd.dispatcher."));
  expect(create?.parentSpanId).toBe(named("reconcile dispatch")?.spanId);
  expect(order.envelope.traceparent).toContain(create?.spanId);
  await receiver.close();
});
