import { trace } from "@opentelemetry/api";
import { currentLogFields } from "./log-fields.ts";

/** Whose work goes on just now, as a log line would say it. */
export function whereabouts(): { town: string | null; traceId: string | null } {
  const fields = currentLogFields();
  const town = "town" in fields && typeof fields.town === "string" ? fields.town : null;
  return { town, traceId: trace.getActiveSpan()?.spanContext().traceId ?? null };
}
