import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context, Link, Span as ApiSpan, TextMapGetter } from "@opentelemetry/api";

/** A W3C trace context as text, as it stands in message headers, envelopes and rows. */
export interface TraceCarrier {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** The part of a span that our code uses. */
export interface Span {
  setAttributes(attributes: Record<string, string | number | boolean>): void;
  /** Marks the span as failed, with a reason. */
  setError(message: string): void;
  /** This span's context, to be carried elsewhere; empty while telemetry is off. */
  carrier(): TraceCarrier;
  /** Null while telemetry is off. */
  readonly traceId: string | null;
}

export interface SpanOptions {
  kind?: "internal" | "server" | "client" | "producer" | "consumer";
  attributes?: Record<string, string | number | boolean>;
  /** The parent, when it is not the active span. */
  parent?: TraceCarrier | undefined;
  links?: TraceCarrier[];
  /** A new trace, whatever is active. */
  root?: boolean;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

const getter: TextMapGetter<TraceCarrier> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) =>
    (key === "traceparent" ? carrier.traceparent : key === "tracestate" ? carrier.tracestate : undefined) || undefined,
};

function contextOf(carrier: TraceCarrier): Context {
  return propagation.extract(ROOT_CONTEXT, carrier, getter);
}

function carrierOf(active: Context): TraceCarrier {
  const carrier: TraceCarrier = {};
  propagation.inject(active, carrier, { set: (to, key, value) => Object.assign(to, { [key]: value }) });
  return carrier;
}

let tracing = false;

/** From now on spans are made; before, nothing is recorded and what spans are asked for costs nothing. */
export function startTracing(): void {
  tracing = true;
}

/** From now on no span is made; those that were begun still end. */
export function stopTracing(): void {
  tracing = false;
}

const nothing: Span = {
  setAttributes: () => {},
  setError: () => {},
  carrier: () => ({}),
  traceId: null,
};

/** The active span's context; empty when there is none or telemetry is off. */
export function injectTrace(): TraceCarrier {
  return tracing ? carrierOf(context.active()) : {};
}

/** Runs `fn` with the carrier's context active and nothing else, whatever was active before. */
export function withTrace<T>(carrier: TraceCarrier, fn: () => T): T {
  return tracing ? context.with(contextOf(carrier), fn) : fn();
}

/** The trace id in a `traceparent`, or null. */
export function traceIdOf(traceparent: string | undefined | null): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? "")?.[1] ?? null;
}

function startSpan(name: string, options: SpanOptions): { started: ApiSpan; within: Context } {
  const base = options.root
    ? ROOT_CONTEXT
    : options.parent === undefined
      ? context.active()
      : contextOf(options.parent);
  const links = (options.links ?? []).flatMap((carrier): Link[] => {
    const linked = trace.getSpanContext(contextOf(carrier));
    return linked === undefined ? [] : [{ context: linked }];
  });
  const started = trace
    .getTracer("gastown")
    .startSpan(name, { kind: kinds[options.kind ?? "internal"], attributes: options.attributes ?? {}, links }, base);
  return { started, within: trace.setSpan(base, started) };
}

/**
 * Runs `fn` inside a new span that ends with it; a thrown error is recorded on the span and goes on. Name and options
 * may be functions, which are not called while tracing is off.
 */
export async function span<T>(
  name: string | (() => string),
  options: SpanOptions | (() => SpanOptions),
  fn: (span: Span) => Promise<T> | T,
): Promise<T> {
  if (!tracing) return fn(nothing);
  const { started, within } = startSpan(valueOf(name), valueOf(options));
  try {
    return await context.with(within, () => fn(faceOf(started, within)));
  } catch (error) {
    started.recordException(error instanceof Error ? error : String(error));
    started.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    started.end();
  }
}

/** Makes a span without length (a message's creation, nats §7) and answers its context. */
export function createSpanCarrier(
  name: string | (() => string),
  options: SpanOptions | (() => SpanOptions),
): TraceCarrier {
  if (!tracing) return {};
  const { started, within } = startSpan(valueOf(name), { kind: "producer", ...valueOf(options) });
  started.end();
  return carrierOf(within);
}

function valueOf<T extends string | SpanOptions>(given: T | (() => T)): T {
  return typeof given === "function" ? given() : given;
}

function faceOf(started: ApiSpan, within: Context): Span {
  return {
    setAttributes: (attributes) => void started.setAttributes(attributes),
    setError: (message) => void started.setStatus({ code: SpanStatusCode.ERROR, message }),
    carrier: () => carrierOf(within),
    traceId: trace.isSpanContextValid(started.spanContext()) ? started.spanContext().traceId : null,
  };
}
