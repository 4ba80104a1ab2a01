import type { ReceivedSpan } from "@gastown/testkit";

/** The spans of the first trace whose root has this name, oldest first. */
export function traceOf(spans: readonly ReceivedSpan[], root: string): ReceivedSpan[] {
  const oldest = spans.toSorted((a, b) => (a.startNano < b.startNano ? -1 : 1));
  const first = oldest.find((span) => span.name === root && span.parentSpanId === "");
  return oldest.filter((span) => span.traceId === first?.traceId);
}

/** The names from the trace's root down to its first span of this name; what is not connected to the root has a path of its own. */
export function pathOf(trace: readonly ReceivedSpan[], name: string): string[] {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const path: string[] = [];
  for (let at = trace.find((span) => span.name === name); at !== undefined; at = byId.get(at.parentSpanId)) {
    path.unshift(at.name);
  }
  return path;
}
