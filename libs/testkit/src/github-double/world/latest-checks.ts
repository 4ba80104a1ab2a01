import type { CheckRunState, RepositoryState, StatusState } from "./world-types.ts";

/** What is reported for one commit: of each App the latest run of a name, of each context the latest status; oldest first. */
export function latestChecks(
  repository: RepositoryState,
  sha: string,
): { readonly runs: readonly CheckRunState[]; readonly statuses: readonly StatusState[] } {
  const runs = new Map<string, CheckRunState>();
  for (const run of repository.checkRuns.get(sha) ?? []) runs.set(`${run.app} ${run.name}`, run);
  const statuses = new Map<string, StatusState>();
  for (const status of repository.statuses.get(sha) ?? []) statuses.set(status.context, status);
  return { runs: [...runs.values()], statuses: [...statuses.values()] };
}

/** Green are success, neutral and skipped; every other conclusion is red (scm §1.4). */
export function resultOfRun({ status, conclusion }: CheckRunState): "green" | "pending" | "red" {
  if (status !== "COMPLETED") return "pending";
  return conclusion === "SUCCESS" || conclusion === "NEUTRAL" || conclusion === "SKIPPED" ? "green" : "red";
}

export function resultOfStatus({ state }: StatusState): "green" | "pending" | "red" {
  if (state === "success") return "green";
  return state === "pending" ? "pending" : "red";
}

/** `statusCheckRollup.state`, required and optional mixed; null without any check, which is not "all passed" (scm §1.4). */
export function rollupOf(repository: RepositoryState, sha: string): "SUCCESS" | "FAILURE" | "ERROR" | "PENDING" | null {
  const { runs, statuses } = latestChecks(repository, sha);
  const results = [...runs.map(resultOfRun), ...statuses.map(resultOfStatus)];
  if (results.length === 0) return null;
  const failed = runs.some((run) => resultOfRun(run) === "red") || statuses.some(({ state }) => state === "failure");
  if (failed) return "FAILURE";
  if (results.includes("red")) return "ERROR";
  return results.includes("pending") ? "PENDING" : "SUCCESS";
}
