import type { Job } from "@gastown/contracts";

/** Whether a start goes on in the session of the one before. A mayor remembers; everybody else begins with its work item. */
export function keepsSession({ role }: Pick<Job, "role">): boolean {
  return role === "mayor";
}
