import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { startTracing } from "./trace.ts";

export interface TelemetryOptions {
  service: string;
  /** The base URL of an OTLP/HTTP collector (`OTEL_EXPORTER_OTLP_ENDPOINT`); none: nothing is recorded or sent. */
  endpoint?: string | undefined;
}

/**
 * Switches tracing on for this process when an endpoint is given. Spans go to `<endpoint>/v1/traces` in batches; `shutdown`
 * sends what is left (bounded by the exporter's own time-out) and may be called when tracing is off.
 */
export function registerTelemetry({ service, endpoint }: TelemetryOptions): { shutdown(): Promise<void> } {
  if (endpoint === undefined || endpoint === "") return { shutdown: () => Promise.resolve() };
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces`, timeoutMillis: 5_000 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 500 })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  startTracing();
  return { shutdown: () => provider.shutdown() };
}
