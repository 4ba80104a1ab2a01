import { registerTelemetry, span, type Telemetry } from "@gastown/telemetry";
import { eventually, startOtlpReceiver, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
let world: DispatchTown;
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
let telemetry: Telemetry;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  telemetry = await registerTelemetry({ service: "test", endpoint: receiver.url });
  world = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
});
afterAll(async () => {
  await world.close();
  await telemetry.shutdown();
  await receiver.close();
});

test("the ask of the container and what is told of a lost agent are in the trace of the command that wished the start", async () => {
  await world.dispatcher();
  const traceId = await span("work on a bead", { root: true }, async (work) => {
    await world.wish("river");
    return work.traceId;
  });
  await eventually(() => expect(world.reports("river")).toEqual(["gt-1/1 running"]));
  await world.signal("river", "SIGKILL");
  await eventually(() => expect(world.reports("river")).toHaveLength(2));

  const lost = world.toldTown("river").at(-1);
  expect(lost?.traceparent?.split("-")[1]).toBe(traceId);
  expect(lost?.data).toMatchObject({ reason: "container_lost" });
  const wished = world.toldTown("river")[0];
  expect(lost?.correlationid).toBe(wished?.correlationid);
  await eventually(() => {
    const dispatch = receiver.spans().find(({ name }) => name === "dispatch agent");
    const ask = receiver.spans().find(({ parentSpanId }) => parentSpanId === dispatch?.spanId);
    expect(dispatch).toMatchObject({
      traceId,
      attributes: { "town.id": "river", "agent.id": "gt-1", "bead.id": "gt-9" },
    });
    expect(ask?.traceId).toBe(traceId);
  });
});
