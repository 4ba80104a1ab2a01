export type CheckStatus = "QUEUED" | "IN_PROGRESS" | "COMPLETED" | "WAITING" | "PENDING" | "REQUESTED";
export type CheckConclusion =
  | "SUCCESS"
  | "NEUTRAL"
  | "SKIPPED"
  | "FAILURE"
  | "TIMED_OUT"
  | "CANCELLED"
  | "ACTION_REQUIRED"
  | "STARTUP_FAILURE"
  | "STALE";
export interface CheckRunWish {
  readonly name: string;
  readonly status?: CheckStatus;
  /** Given: the status is COMPLETED. */
  readonly conclusion?: CheckConclusion;
  /** The slug of the App that runs it; default "github-actions". */
  readonly app?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  /** What `GET /actions/jobs/{id}/logs` answers for it. */
  readonly log?: string;
  /** The workflow it is a job of, and what started that; absent: none. */
  readonly workflow?: CheckWorkflow;
}
export interface CheckWorkflow {
  readonly name: string;
  /** As `push`, `pull_request`. */
  readonly event: string;
}
export interface CheckRunState {
  readonly id: number;
  readonly nodeId: string;
  readonly sha: string;
  name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  readonly app: string;
  title: string | null;
  summary: string | null;
  text: string | null;
  externalId: string;
  detailsUrl: string | null;
  log: string;
  readonly workflow: CheckWorkflow | null;
  startedAt: number;
  completedAt: number | null;
}
export type StatusWord = "success" | "pending" | "failure" | "error";
export interface StatusState {
  readonly id: number;
  readonly nodeId: string;
  readonly sha: string;
  readonly context: string;
  readonly state: StatusWord;
  readonly description: string;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: number;
}
