import type { Job } from "@gastown/contracts";

/** Whether the job is about files. A mayor and triage are about agents: they get no clone, and hand in no commits. */
export function needsRepository({ kind, role }: Pick<Job, "kind" | "role">): boolean {
  return kind !== "triage-batch" && role !== "mayor";
}
