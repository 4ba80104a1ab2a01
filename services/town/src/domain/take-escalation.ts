import type { Escalation } from "./bead.ts";
import type { Change } from "./change.ts";

/** Somebody took it: it is closed, and not raised again. Nothing changes when it is closed already. */
export function takeEscalation(
  escalation: Escalation,
  taken: { actor: string; note: string; reason?: string },
): Change[] {
  const { bead, status } = escalation;
  if (status !== "open") return [];
  const { actor, note } = taken;
  const reason = taken.reason ?? `taken by ${actor}${note === "" ? "" : `: ${note}`}`;
  return [
    { type: "escalation.acknowledged", bead, note },
    { type: "bead.status-changed", bead, from: status, to: "closed", reason },
  ];
}
