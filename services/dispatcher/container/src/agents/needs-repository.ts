import type { Job } from "@gastown/contracts";

/** Whether the job is about files. Triage is about agents: it gets no clone, and hands in no commits. */
export function needsRepository({ kind }: Job): boolean {
  return kind !== "triage-batch";
}
