import type { Schema } from "@gastown/client";
import type { Check } from "./doctor-checks.ts";
import { eventText, isProblem } from "./event-text.ts";

const dayMs = 86_400_000;

/** Services that crashed, or could not start, in the last day: no fault of now, and worth knowing. `now` in ms. Pure. */
export function crashCheck(events: readonly Schema<"LoggedEvent">[], now: number): Check {
  const recent = events.filter(({ event }) => isProblem(event) && now - Date.parse(event.time) < dayMs);
  const last = recent.at(-1);
  if (last === undefined) return { name: "crashes", ok: true, detail: "none of a service in the last 24 hours" };
  return {
    name: "crashes",
    ok: true,
    detail: `${recent.length} in the last 24 hours, the last: ${eventText(last.seq, last.event).trim()}`,
    advice: "See all of them: gastown feed --installation --problems.",
  };
}
