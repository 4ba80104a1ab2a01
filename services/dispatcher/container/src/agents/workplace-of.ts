import type { Job, WorkerJob } from "@gastown/contracts";

/** The job as one about files; null when it is not. A mayor and triage are about agents: they get no clone, and hand in no commits. */
export function workplaceOf(job: Job): WorkerJob | null {
  return job.role === "mayor" || job.kind === "triage-batch" ? null : job;
}
