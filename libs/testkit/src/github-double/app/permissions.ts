import type { Permissions } from "../ports.ts";

/** What the App asks for (scm §3.1). */
export const defaultPermissions: Permissions = {
  actions: "read",
  administration: "read",
  checks: "write",
  contents: "write",
  merge_queues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "read",
  workflows: "write",
};

const rank = { read: 1, write: 2, admin: 3 };

/** Whether all that is wanted is granted. */
export function withinPermissions(wanted: Permissions, granted: Permissions): boolean {
  return Object.entries(wanted).every(([name, level]) => {
    const has = granted[name];
    return has !== undefined && rank[level] <= rank[has];
  });
}
