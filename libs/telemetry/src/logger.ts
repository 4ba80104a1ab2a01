import { trace } from "@opentelemetry/api";
import { destination, pino, type DestinationStream } from "pino";
import { currentLogFields } from "./log-fields.ts";

/** What a service logs with: the message is constant, what varies is in the fields (`town`, `rig`, `agent`, `bead`, ...). */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

const secretNames = ["password", "token", "authorization", "apiKey", "modelKey", "secret"];

export interface LoggerOptions {
  /** `debug`, `info` (default), `warn`, `error` or `silent`. */
  level?: string;
  /** Where lines go; standard error by default, so that standard output stays a program's own. */
  destination?: DestinationStream;
}

/**
 * A logger that writes one JSON object a line, with the service's name, the fields of `withLogFields` and, inside a span, `trace_id` and
 * `span_id`.
 * Values of fields whose name says that they are secret are replaced.
 */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  return pino(
    {
      level: options.level ?? "info",
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: "[secret]" },
      mixin: () => ({ ...currentLogFields(), ...traceIds() }),
    },
    options.destination ?? destination({ fd: 2, sync: false }),
  );
}

function traceIds(): object {
  const context = trace.getActiveSpan()?.spanContext();
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
