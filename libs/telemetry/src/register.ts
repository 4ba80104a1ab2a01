import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { startTracing, stopTracing } from "./trace.ts";

export interface TelemetryOptions {
  service: string;
  /** The base URL of an OTLP/HTTP collector (`OTEL_EXPORTER_OTLP_ENDPOINT`); none: nothing is recorded or sent. */
  endpoint?: string | undefined;
}

/**
 * Switches tracing on for this process when an endpoint is given. Spans go to `<endpoint>/v1/traces` in batches; `shutdown`
 * sends what is left (bounded by the exporter's own time-out), after which tracing is off as before; it may be called when it is off.
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
  return {
    async shutdown() {
      stopTracing();
      await provider.shutdown();
      for (const global of [trace, propagation, context]) global.disable();
    },
  };
}
