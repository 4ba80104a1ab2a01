import { startOtlpReceiver } from "@gastown/testkit";
import { expect, test } from "vitest";
import { createSpanCarrier, injectTrace, registerTelemetry, span, traceIdOf, withTrace } from "./index.ts";

test("spans reach an OTLP collector with parents, links, attributes and failures as they were", async () => {
  const receiver = await startOtlpReceiver();
  expect(injectTrace()).toEqual({});
  const telemetry = await registerTelemetry({ service: "test", endpoint: `${receiver.url}/` });

  const carried = await span("request", { kind: "server", attributes: { "http.route": "/v1" } }, (request) => {
    expect(injectTrace()).toEqual(request.carrier());
    return createSpanCarrier("create evt", {});
  });
  await withTrace(carried, () => span("process", { kind: "consumer" }, () => undefined));
  await span("replay", { root: true, links: [carried] }, () => undefined);
  await expect(span("broken", { root: true }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await telemetry.shutdown();
  expect(await span("too late", { root: true }, ({ traceId }) => traceId)).toBeNull();

  const spans = Object.fromEntries(receiver.spans().map((received) => [received.name, received]));
  const request = spans["request"];
  expect(request).toMatchObject({ service: "test", parentSpanId: "", attributes: { "http.route": "/v1" }, kind: 2 });
  expect(spans["create evt"]).toMatchObject({ traceId: request?.traceId, parentSpanId: request?.spanId });
  expect(spans["process"]).toMatchObject({ traceId: request?.traceId, parentSpanId: spans["create evt"]?.spanId });
  expect(traceIdOf(carried.traceparent)).toBe(request?.traceId);
  expect(spans["replay"]?.traceId).not.toBe(request?.traceId);
  expect(spans["replay"]?.links).toEqual([{ traceId: request?.traceId, spanId: spans["create evt"]?.spanId }]);
  expect(spans["broken"]?.failed).toBe(true);
  await receiver.close();
});
