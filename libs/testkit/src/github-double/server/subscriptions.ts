import type { Permissions } from "../ports.ts";

/** The permission to read that an App needs to be told of an event (scm §3.1); what is not here is always sent. */
const needed: Readonly<Record<string, string>> = {
  pull_request: "pull_requests",
  pull_request_review: "pull_requests",
  pull_request_review_thread: "pull_requests",
  pull_request_review_comment: "pull_requests",
  check_run: "checks",
  check_suite: "checks",
  status: "statuses",
  push: "contents",
  create: "contents",
  delete: "contents",
  merge_group: "merge_queues",
  branch_protection_rule: "administration",
  repository_ruleset: "administration",
  deployment_status: "deployments",
};

/** An App with these permissions is told of the event. */
export function isTold(event: string, permissions: Permissions): boolean {
  const permission = needed[event];
  return permission === undefined || permissions[permission] !== undefined;
}
