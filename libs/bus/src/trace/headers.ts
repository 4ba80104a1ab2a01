import type { TraceCarrier } from "@gastown/telemetry";
import type { MsgHdrs } from "@nats-io/nats-core";

/** Writes the context into headers; names are lower case, as W3C has them, and NATS keeps them so (nats §7). */
export function setTraceHeaders(headers: MsgHdrs, carrier: TraceCarrier): void {
  if (carrier.traceparent) headers.set("traceparent", carrier.traceparent);
  if (carrier.tracestate) headers.set("tracestate", carrier.tracestate);
}

/** The context in headers; empty when there is none. */
export function traceHeaders(headers: MsgHdrs | undefined): TraceCarrier {
  const traceparent = headers?.get("traceparent");
  const tracestate = headers?.get("tracestate");
  return { ...(traceparent ? { traceparent } : {}), ...(tracestate ? { tracestate } : {}) };
}
