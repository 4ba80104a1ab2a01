import { expect, test } from "vitest";
import type { Checks } from "../../domain/snapshot.ts";
import type { GitlabStatus } from "./gitlab-shapes.ts";
import { mapChecks, type CheckReading } from "./map-checks.ts";
import { head, sampleProject } from "./test/sample-reading.ts";

interface Given extends Partial<Omit<CheckReading, "statuses" | "pipeline" | "project">> {
  readonly must?: boolean;
  readonly skippedIsFine?: boolean;
  /** The pipeline's; absent: there is none. */
  readonly status?: string;
  readonly jobs?: readonly Partial<GitlabStatus>[];
}

function checksOf({ must = true, skippedIsFine = false, status, jobs = [], ...more }: Given): Checks {
  return mapChecks({
    head,
    project: {
      ...sampleProject,
      only_allow_merge_if_pipeline_succeeds: must,
      allow_merge_on_skipped_pipeline: skippedIsFine,
    },
    pipeline: status === undefined ? null : { id: 3, sha: head, ref: "gt/x", status, web_url: "https://gitlab/p/3" },
    statuses: jobs.map((job, i) => ({ id: i, name: `job ${i}`, status: "success", allow_failure: false, ...job })),
    complete: true,
    external: [],
    ...more,
  });
}

const names = ({ required, optional }: Checks) => ({
  failing: required.failing.map((check) => check.name),
  pending: required.pending.map((check) => check.name),
  missing: required.missing,
  optionalFailing: optional.failing.map((check) => check.name),
  optionalPending: optional.pending.map((check) => check.name),
});
const none = { failing: [], pending: [], missing: [], optionalFailing: [], optionalPending: [] };

test.each<[string, Given, Partial<typeof none> | Record<string, string[]>, Checks["rollup"]]>([
  ["green", { status: "success", jobs: [{}] }, {}, "success"],
  ["a red job", { status: "failed", jobs: [{ status: "failed" }] }, { failing: ["job 0"] }, "failure"],
  ["a canceled job", { status: "canceled", jobs: [{ status: "canceled" }] }, { failing: ["job 0"] }, "failure"],
  ["a running job", { status: "running", jobs: [{ status: "running" }] }, { pending: ["job 0"] }, "pending"],
  [
    "a job that waits for a click",
    { status: "manual", jobs: [{ status: "manual" }] },
    { pending: ["job 0"] },
    "pending",
  ],
  ["an optional click", { status: "success", jobs: [{}, { status: "manual", allow_failure: true }] }, {}, "success"],
  [
    "a red job that may fail",
    { status: "success", jobs: [{}, { status: "failed", allow_failure: true }] },
    { optionalFailing: ["job 1"] },
    "success",
  ],
  [
    "a running job that may fail keeps the pipeline from ending",
    { status: "running", jobs: [{}, { status: "running", allow_failure: true }] },
    { pending: ["pipeline"], optionalPending: ["job 1"] },
    "pending",
  ],
  ["a pipeline that could not begin", { status: "failed" }, { failing: ["pipeline"] }, "failure"],
  ["no pipeline", {}, { missing: ["pipeline"] }, "none"],
  ["no pipeline where none is wanted", { must: false }, {}, "none"],
  ["a skipped pipeline", { status: "skipped", jobs: [{ status: "skipped" }] }, { failing: ["pipeline"] }, "failure"],
  ["a skipped pipeline that is fine", { status: "skipped", skippedIsFine: true }, {}, "success"],
  ["a skipped pipeline where none is wanted", { status: "skipped", must: false }, {}, "success"],
  [
    "red where none is wanted",
    { must: false, status: "failed", jobs: [{ status: "failed" }] },
    { optionalFailing: ["job 0"] },
    "failure",
  ],
  [
    "a word of tomorrow",
    { status: "tomorrow", jobs: [{ status: "tomorrow" }] },
    { pending: ["pipeline", "job 0"] },
    "other",
  ],
])("%s", (_name, given, expected, rollup) => {
  const checks = checksOf(given);
  const { pending, ...others } = names(checks);
  expect({ ...others, pending: pending.toSorted() }).toEqual({
    ...none,
    ...expected,
    pending: ("pending" in expected ? (expected.pending as string[]) : []).toSorted(),
  });
  expect(checks.rollup).toBe(rollup);
  expect(checks.forHead).toBe(given.status === undefined ? null : head);
});

test("what failed is told with its words and its page", () => {
  const jobs = [{ status: "failed", description: "2 problems", target_url: "https://gitlab/j/1" }];
  expect(checksOf({ status: "failed", jobs }).required.failing[0]?.detail).toBe("2 problems\nhttps://gitlab/j/1");
});

test("external status checks are required", () => {
  const external = [
    { name: "scan", status: "failed" },
    { name: "legal", status: "pending" },
    { name: "style", status: "passed" },
  ];
  expect(names(checksOf({ must: false, external }))).toEqual({ ...none, failing: ["scan"], pending: ["legal"] });
  expect(names(checksOf({ must: false, external: null })).pending).toEqual(["external status checks"]);
});
