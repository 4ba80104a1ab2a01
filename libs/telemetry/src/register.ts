import { startTracing, stopTracing } from "./trace.ts";

export interface TelemetryOptions {
  service: string;
  /** The base URL of an OTLP/HTTP collector (`OTEL_EXPORTER_OTLP_ENDPOINT`); none: nothing is recorded or sent. */
  endpoint?: string | undefined;
}

/** Tracing of this process. */
export interface Telemetry {
  shutdown(): Promise<void>;
}

/**
 * Switches tracing on for this process when an endpoint is given. Spans go to `<endpoint>/v1/traces` in batches; `shutdown`
 * sends what is left (bounded by the exporter's own time-out), after which tracing is off as before; it may be called when it is off.
 */
export async function registerTelemetry({ service, endpoint }: TelemetryOptions): Promise<Telemetry> {
  if (endpoint === undefined || endpoint === "") return { shutdown: () => Promise.resolve() };
  // Loaded only now: it is a seventh of a second of processor time, in each process, and most trace nothing.
  const { exportSpans } = await import("./export-spans.ts");
  const end = exportSpans(service, endpoint);
  startTracing();
  return {
    async shutdown() {
      stopTracing();
      await end();
    },
  };
}
