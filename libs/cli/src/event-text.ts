import type { Schema } from "@gastown/client";
import { oneLine } from "./table.ts";

type Event = Schema<"Event">;

function dataOf(event: Event): Record<string, unknown> {
  return typeof event.data === "object" && event.data !== null ? (event.data as Record<string, unknown>) : {};
}

/** Event types that always mean that something went wrong, or that people are asked for. */
const problems: ReadonlySet<string> = new Set([
  "installation.service.boot-failed",
  "installation.service.crashed",
  "town.agent.stuck",
  "town.budget.exceeded",
  "town.convoy.failed",
  "town.escalation.re-raised",
  "town.pr.awaiting_approval_detected",
  "town.reconciler.breaker_opened",
  "town.reconciler.invariant_violated",
  "town.town.stopped",
  "town.triage.requested",
  "town.escalation.raised",
  "town.rework.requested",
  "town.command.rejected",
  "town.bead.released",
  "scm.pr.merge-refused",
  "dispatcher.agent.model_failed",
]);
/** Values of a field that make an event a problem, whatever its type. */
const badStates: ReadonlySet<unknown> = new Set([
  "failed",
  "failure",
  "timed_out",
  "error",
  "dead",
  "stalled",
  "conflicts",
  "checks_failing",
  "changes_requested",
]);
const harmlessExits: ReadonlySet<unknown> = new Set(["done", "stopped", "saved"]);

/** Whether a person who looks for trouble wants to see this event. */
export function isProblem(event: Event): boolean {
  const { to, state, verdict, outcome, reason, why } = dataOf(event);
  if (event.type === "dispatcher.agent.exited") return state === "failed" || !harmlessExits.has(reason);
  // On its own branch nobody has to look at it: the next agent goes on with it.
  if (event.type === "dispatcher.agent.work_rescued") return why !== "recovered";
  return problems.has(event.type) || [to, state, verdict, outcome].some((value) => badStates.has(value));
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && value !== "";
}

function isThrown(value: unknown): value is { name: string; message: string } {
  return typeof value === "object" && value !== null && "name" in value && "message" in value;
}

/** Plain values, lists of them, and what was thrown; null for what says nothing in a line. */
function valueText(value: unknown): string | null {
  if (isThrown(value)) return oneLine(`${value.name}: ${value.message}`);
  if (isPlain(value)) return oneLine(String(value));
  return Array.isArray(value) && value.length > 0 && value.every(isPlain) ? oneLine(value.join(",")) : null;
}

/** An event in one line: what happened, to what, and the plain values it carries. */
export function eventText(seq: number, event: Event): string {
  const values = Object.entries(dataOf(event)).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === null ? [] : [`${name}=${text}`];
  });
  return `${String(seq).padStart(6)}  ${event.time.slice(11, 19)}  ${event.type.replace(/^[^.]+\./, "").padEnd(20)} ${values.join(" ")}  (${event.actor})`;
}
