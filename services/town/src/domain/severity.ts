import type { Priority } from "@gastown/contracts";

const above: Readonly<Record<Priority, Priority>> = {
  low: "medium",
  medium: "high",
  high: "critical",
  critical: "critical",
};

/** One step up; what is critical stays so (kilo-town §1.8). */
export function severityAbove(severity: Priority): Priority {
  return above[severity];
}
