export { withLogFields } from "./log-fields.ts";
export { createLogger, type Logger, type LoggerOptions } from "./logger.ts";
export { registerTelemetry, type Telemetry, type TelemetryOptions } from "./register.ts";
export {
  createSpanCarrier,
  injectTrace,
  span,
  traceIdOf,
  withTrace,
  type Span,
  type SpanOptions,
  type TraceCarrier,
} from "./trace.ts";
export { whereabouts } from "./whereabouts.ts";
