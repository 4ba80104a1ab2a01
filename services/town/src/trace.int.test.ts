import { newEnvelope, sendCommand } from "@gastown/bus";
import { addRig, createBead, createTown, reportRig, startAgent, type Command } from "@gastown/contracts";
import { registerTelemetry, span, type Telemetry } from "@gastown/telemetry";
import { eventually, startOtlpReceiver } from "@gastown/testkit";
import { beforeAll, expect, it } from "vitest";
import { useTown } from "./test/use-town.ts";

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let telemetry: Telemetry;

// Before the town starts, as a service does it.
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  telemetry = await registerTelemetry({ service: "town", endpoint: receiver.url });
});
const used = useTown();

it("is one: the request, the command's process, the rules' decisions and the order to start an agent", async () => {
  const send = <C extends Command>(command: C, data: C["data"]["_zod"]["input"]) =>
    span("POST", { kind: "server", root: true }, async ({ traceId }) => {
      const envelope = newEnvelope(command, { town: "traced", data, actor: "user:ann", source: "/test" });
      return {
        traceId,
        id: envelope.id,
        verdict: await sendCommand(used.bus, command, envelope, { timeoutMs: 20_000 }),
      };
    });

  await send(createTown, { name: "Traced" });
  await send(addRig, { rig: "web", prefix: "gt", source: "/src" });
  await send(reportRig, { rig: "web", state: "ready", defaultBranch: "main", cloneUrl: null, reason: null });
  const { traceId, id } = await send(createBead, { rig: "web", title: "Traced" });
  const order = await eventually(() => {
    const found = used.asked.find(({ type }) => type === startAgent.type);
    if (found === undefined) throw new Error("no agent was ordered yet");
    return found;
  });
  expect(order.correlationid).toBe(id);
  expect(order.causationid).toBe("dispatch");
  expect(order.traceparent).toContain(traceId);

  await used.close();
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
  expect(order.traceparent).toContain(create?.spanId);
  await receiver.close();
});
