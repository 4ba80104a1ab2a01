import type { MergeRequest, Pipeline, Project } from "./types.ts";

/** What git says of a merge request and its target, as far as it is known. */
export interface GitFacts {
  /** The source branch is there and has commits the target has not. */
  readonly hasCommits: boolean;
  /** How many commits of the target it lacks. */
  readonly diverged: number;
}

export interface Judged {
  readonly project: Project;
  readonly request: MergeRequest;
  readonly facts: GitFacts;
}

/**
 * `detailed_merge_status`: the first thing that is in the way, in the fixed order GitLab asks for them (Premium's before the
 * others, git's after them, CI's last), which is why one hides the next.
 */
export function detailedMergeStatus(judged: Judged): string {
  const { request } = judged;
  if (["preparing", "unchecked", "checking"].includes(request.mergeStatus)) return request.mergeStatus;
  const [first] = [...inTheWay(judged), ...gitInTheWay(judged)];
  if (first !== undefined) return first;
  return ciInTheWay(judged) ?? "mergeable";
}

/** All that is in the way besides git and CI, in GitLab's order. */
export function inTheWay({ project, request, facts }: Judged): string[] {
  const { settings } = project;
  const checks: readonly (readonly [boolean, string])[] = [
    [settings.requestedChangesBlock && hasRequestedChanges(request), "requested_changes"],
    [approvalsLeft(project, request) > 0, "not_approved"],
    [request.otherBlock !== null, request.otherBlock ?? ""],
    [request.state !== "opened", "not_open"],
    [isDraft(request.title), "draft_status"],
    [!facts.hasCommits, "commits_status"],
    [settings.discussionsMustBeResolved && unresolved(request) > 0, "discussions_not_resolved"],
  ];
  return checks.flatMap(([holds, word]) => (holds ? [word] : []));
}

export function gitInTheWay({ project, request, facts }: Judged): string[] {
  const linear = project.settings.mergeMethod !== "merge";
  return [
    ...(request.mergeStatus === "cannot_be_merged" ? ["conflict"] : []),
    ...(linear && facts.diverged > 0 ? ["need_rebase"] : []),
  ];
}

/** Why CI is in the way; null when it is not, or when nobody asks for it. */
export function ciInTheWay({ project, request }: Judged): "ci_must_pass" | "ci_still_running" | null {
  const { pipelineMustSucceed, skippedPipelineIsSuccess } = project.settings;
  const pipeline = headPipeline(project, request);
  const status = pipeline === null ? null : pipelineStatus(pipeline);
  if (!pipelineMustSucceed || status === "success" || (status === "skipped" && skippedPipelineIsSuccess)) return null;
  return status === "running" || status === "pending" || status === "created" ? "ci_still_running" : "ci_must_pass";
}

/** The newest pipeline of its head; null when there is none. */
export function headPipeline(project: Project, request: MergeRequest): Pipeline | null {
  return project.pipelines.findLast((pipeline) => pipeline.head === request.sha) ?? null;
}

/** What `head_pipeline` tells: the newest there was of any of its heads. */
export function lastPipeline(project: Project, request: MergeRequest): Pipeline | null {
  return project.pipelines.findLast(({ head }) => request.versions.some((version) => version.head === head)) ?? null;
}

/** What a pipeline's jobs come to. */
export function pipelineStatus({
  jobs,
}: Pipeline): "created" | "pending" | "running" | "success" | "failed" | "skipped" {
  const counted = jobs.filter((job) => !(job.allowFailure && ["failed", "manual", "canceled"].includes(job.status)));
  const has = (...statuses: string[]) => counted.some((job) => statuses.includes(job.status));
  if (has("running")) return "running";
  if (has("pending", "created")) return counted.every((job) => job.status !== "success") ? "pending" : "running";
  if (has("failed", "canceled", "manual")) return "failed";
  return jobs.length > 0 && jobs.every((job) => job.status === "skipped") ? "skipped" : "success";
}

export function approvalsLeft({ settings }: Project, request: MergeRequest): number {
  // Nobody approves what they wrote themselves, unless a project allows it; this one does not.
  const given = [...request.approvals.keys()].filter((person) => person !== request.author).length;
  return Math.max(0, (settings.approvalsRequired ?? 0) - given);
}

function hasRequestedChanges({ reviewers }: MergeRequest): boolean {
  return reviewers.some((reviewer) => reviewer.state === "requested_changes");
}

export function unresolved({ discussions }: MergeRequest): number {
  return discussions.filter(({ notes }) => notes.some((note) => note.resolvable && !note.resolved)).length;
}

const draftWords = /^\s*(?:\[draft\]|\(draft\)|draft:)\s*/i;

/** Its title begins with one of the words that make it a draft (docs: draft merge requests). */
export function isDraft(title: string): boolean {
  return draftWords.test(title);
}
