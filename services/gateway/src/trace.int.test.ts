import { registerTelemetry } from "@gastown/telemetry";
import { startOtlpReceiver } from "@gastown/testkit";
import { expect, test } from "vitest";
import { useGateway } from "./test/start-gateway.ts";

const gateway = useGateway({ verdictTimeoutMs: 300 });

test("the request is the root of its command's trace, or a child of the caller's", async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = await registerTelemetry({ service: "gateway", endpoint: receiver.url });
  const traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
  const body = { rig: "site", title: "x" };
  const rooted = await gateway.call("/v1/towns/t1/beads", { body });
  const called = await gateway.call("/v1/towns/t1/beads", { body, headers: { traceparent, prefer: "respond-async" } });
  await telemetry.shutdown();

  const spans = receiver.spans();
  const requests = spans.filter(({ name }) => name === "POST /v1/towns/{town}/beads");
  const root = requests.find(({ parentSpanId }) => parentSpanId === "");
  expect(root).toMatchObject({
    kind: 2,
    attributes: { "http.route": "/v1/towns/{town}/beads", "town.id": "t1", "http.response.status_code": 504 },
  });
  expect(rooted.headers.get("gastown-trace")).toBe(root?.traceId);
  const sent = spans.find(({ name, traceId }) => name.startsWith("send cmd.town") && traceId === root?.traceId);
  expect(sent?.parentSpanId).toBe(root?.spanId);
  expect(requests.find(({ traceId }) => traceId === "1".repeat(32))).toMatchObject({ parentSpanId: "2".repeat(16) });
  expect(called.headers.get("gastown-trace")).toBe("1".repeat(32));
  await receiver.close();
});
