import type { Snapshot } from "../../domain/snapshot.ts";
import type { GitlabProject, GitlabRequestState } from "./gitlab-shapes.ts";

type Gate = Snapshot["gate"];

/**
 * `detailed_merge_status` (docs: merge requests API, "Merge status") in the words every forge shares (scm §8). It is the first of
 * many in a fixed order, so that what it hides is read beside it; words GitLab does not have yet are `other`.
 */
const gates: Readonly<Record<string, Gate>> = {
  mergeable: "clean",
  conflict: "dirty",
  need_rebase: "behind",
  draft_status: "draft",
  checking: "unknown",
  unchecked: "unknown",
  preparing: "unknown",
  approvals_syncing: "unknown",
  // Named by what is read of reviews, checks and threads.
  requested_changes: "blocked",
  not_approved: "blocked",
  ci_must_pass: "blocked",
  ci_still_running: "blocked",
  status_checks_must_pass: "blocked",
  discussions_not_resolved: "blocked",
  // Named by nothing else: they are told as the word they are.
  merge_request_blocked: "blocked",
  merge_time: "blocked",
  jira_association_missing: "blocked",
  security_policy_violations: "blocked",
  security_policy_pipeline_check: "blocked",
  locked_paths: "blocked",
  locked_lfs_files: "blocked",
  title_regex: "blocked",
  commits_status: "blocked",
  // Words of earlier versions (scm §8).
  broken_status: "dirty",
  blocked_status: "blocked",
  policies_denied: "blocked",
  external_status_checks: "blocked",
};

/** Before 15.6 there was this word alone, and it is about git alone: never enough to merge by. */
const oldGates: Readonly<Record<string, Gate>> = {
  cannot_be_merged: "dirty",
  unchecked: "unknown",
  checking: "unknown",
  cannot_be_merged_recheck: "unknown",
};

/** What GitLab's one word comes to; a base that wants heads up to date is told also where another word hides it (gitlab #570458). */
export function gateOf(request: GitlabRequestState, project: GitlabProject): Pick<Snapshot, "gate" | "gateRaw"> {
  const { detailed_merge_status: word, merge_status: old, state } = request;
  // A short moment in which GitLab merges (docs: "locked").
  if (state === "locked") return { gate: "unknown", gateRaw: "locked" };
  const gateRaw = word ?? old;
  const gate = word === undefined ? (oldGates[old] ?? "other") : (gates[word] ?? "other");
  return { gate: gate === "blocked" && isBehind(request, project) ? "behind" : gate, gateRaw };
}

function isBehind({ diverged_commits_count: behind }: GitlabRequestState, { merge_method: method }: GitlabProject) {
  return (method === "ff" || method === "rebase_merge") && (behind ?? 0) > 0;
}

const conflictWords: Readonly<Record<string, Snapshot["conflict"]>> = {
  can_be_merged: "no",
  cannot_be_merged: "yes",
};

/** `merge_status` is about git alone, whatever `detailed_merge_status` says first. */
export function conflictOf({ has_conflicts: has, merge_status: word }: GitlabRequestState): Snapshot["conflict"] {
  return has ? "yes" : (conflictWords[word] ?? "unknown");
}

/** Merge methods in our words: GitLab has one for the project, and squashing beside it. */
export function methodsOf({ merge_method: method, squash_option: squash }: GitlabProject): string[] {
  const plain = method === "ff" ? "rebase" : method === "merge" || method === "rebase_merge" ? "merge" : null;
  return [
    ...(plain === null || squash === "always" ? [] : [plain]),
    ...(plain === null || squash === "never" ? [] : ["squash"]),
  ];
}

const states: Readonly<Record<string, Snapshot["state"]>> = {
  opened: "open",
  locked: "open",
  closed: "closed",
  merged: "merged",
};

export function stateOf({ state }: GitlabRequestState): Snapshot["state"] {
  return states[state] ?? "other";
}
