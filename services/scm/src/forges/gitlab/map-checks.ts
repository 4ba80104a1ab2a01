import type { CheckResult, Checks } from "../../domain/snapshot.ts";
import type { GitlabExternalCheck, GitlabPipeline, GitlabProject, GitlabStatus } from "./gitlab-shapes.ts";

/** What was read of a head's checks. */
export interface CheckReading {
  readonly head: string;
  readonly project: GitlabProject;
  /** The head's own; one of an earlier head is none. */
  readonly pipeline: GitlabPipeline | null;
  readonly statuses: readonly GitlabStatus[];
  readonly complete: boolean;
  /** External status checks, when they are in the way; null: they are, and could not be read. */
  readonly external: readonly GitlabExternalCheck[] | null;
}

const green: ReadonlySet<string> = new Set(["success", "skipped"]);
const red: ReadonlySet<string> = new Set(["failed", "canceled"]);
const waiting: ReadonlySet<string> = new Set([
  "created",
  "waiting_for_resource",
  "preparing",
  "pending",
  "running",
  "canceling",
  "manual",
  "scheduled",
]);

/** The name of what has no job: a pipeline as a whole. */
const pipelineName = "pipeline";

/**
 * A head's pipeline, job by job. Jobs are required where the project merges only with a pipeline that has succeeded, but for those
 * that may fail; a pipeline whose jobs do not say why it is red or not ended is told itself.
 */
export function mapChecks(reading: CheckReading): Checks {
  const { head, pipeline, complete } = reading;
  const must = reading.project.only_allow_merge_if_pipeline_succeeds === true;
  const rollup = rollupOf(reading);
  const jobs = reading.statuses.filter(({ status, allow_failure: may }) => !(may && status === "manual"));
  const all = [
    ...jobs.map((job) => ({ required: must && !job.allow_failure, is: stateOf(job.status), result: toResult(job) })),
    ...externalOf(reading),
    ...wholeOf(reading, rollup).map((whole) => ({ ...whole, required: must })),
  ];
  const named = (required: boolean, is: Told["is"]) =>
    all.filter((one) => one.required === required && one.is === is).map((one) => one.result);
  return {
    total: all.length,
    required: {
      failing: named(true, "red"),
      // A word we do not know is waited for: it is not green.
      pending: [...named(true, "waiting"), ...named(true, "other")],
      missing: must && pipeline === null ? [pipelineName] : [],
    },
    optional: { failing: named(false, "red"), pending: [...named(false, "waiting"), ...named(false, "other")] },
    complete,
    rollup,
    forHead: pipeline === null ? null : head,
  };
}

interface Told {
  readonly required: boolean;
  readonly is: "green" | "red" | "waiting" | "other";
  readonly result: CheckResult;
}

function stateOf(status: string): Told["is"] {
  if (green.has(status)) return "green";
  if (red.has(status)) return "red";
  return waiting.has(status) ? "waiting" : "other";
}

function toResult({ name, description, target_url: url }: GitlabStatus): CheckResult {
  return { name, detail: [description, url].filter((part) => part).join("\n") };
}

const rollups = { green: "success", red: "failure", waiting: "pending", other: "other" } as const;

function rollupOf({ pipeline, project }: CheckReading): Checks["rollup"] {
  if (pipeline === null) return "none";
  const must = project.only_allow_merge_if_pipeline_succeeds === true;
  if (pipeline.status === "skipped" && must && project.allow_merge_on_skipped_pipeline !== true) return "failure";
  return rollups[stateOf(pipeline.status)];
}

/** The pipeline itself, when it is not green and no job says why: it has none, or only skipped ones. */
function wholeOf({ pipeline, statuses }: CheckReading, rollup: Checks["rollup"]): Omit<Told, "required">[] {
  if (pipeline === null || rollup === "success") return [];
  const { status, web_url: url } = pipeline;
  const is = rollup === "failure" ? "red" : "waiting";
  if (statuses.some((job) => !job.allow_failure && stateOf(job.status) === is)) return [];
  const detail = `it is ${status}${typeof url === "string" ? `\n${url}` : ""}`;
  return [{ is, result: { name: pipelineName, detail } }];
}

const externalStates: Readonly<Record<string, Told["is"]>> = { passed: "green", failed: "red", pending: "waiting" };

/** External status checks: only those that are in the way were read, and those are required. */
function externalOf({ external }: CheckReading): Told[] {
  if (external === null)
    return [{ required: true, is: "waiting", result: { name: "external status checks", detail: "" } }];
  return external.map(({ name, status }) => ({
    required: true,
    is: externalStates[status] ?? "other",
    result: { name, detail: `it is ${status}` },
  }));
}
