import { expect, test } from "vitest";
import { mapChecks, type CheckReading } from "./map-checks.ts";
import type { ContextNode } from "./pull-answer.ts";
import { headOid, runNode, statusNode } from "./test/sample-pull.ts";

function checksOf(
  contexts: readonly ContextNode[],
  more: Partial<CheckReading> = {},
  rules: Parameters<typeof mapChecks>[1] = [],
) {
  return mapChecks({ commit: headOid, rollup: "SUCCESS", contexts, complete: true, ...more }, rules).checks;
}

test.each(["SUCCESS", "NEUTRAL", "SKIPPED"])("%s is good", (conclusion) => {
  expect(checksOf([runNode("a", conclusion)])).toMatchObject({
    rollup: "success",
    required: { failing: [], pending: [] },
  });
});

test.each(["FAILURE", "TIMED_OUT", "CANCELLED", "ACTION_REQUIRED", "STARTUP_FAILURE", "STALE"])(
  "%s is not",
  (conclusion) => {
    const { required, rollup } = checksOf([runNode("a", conclusion)]);
    expect(required.failing.map((check) => check.name)).toEqual(["a"]);
    expect(rollup).toBe("failure");
  },
);

test("what failed otherwise than by failing is named", () => {
  const { required } = checksOf([runNode("a", "TIMED_OUT"), statusNode("b", "ERROR")]);
  expect(required.failing).toEqual([
    { name: "a", detail: "GitHub says TIMED_OUT https://ci.example/a" },
    { name: "b", detail: "GitHub says ERROR" },
  ]);
});

test.each(["QUEUED", "IN_PROGRESS", "WAITING", "PENDING", "REQUESTED"])("%s runs yet", (status) => {
  const { required, rollup } = checksOf([runNode("a", null, { status })]);
  expect(required.pending.map((check) => check.name)).toEqual(["a"]);
  expect(rollup).toBe("pending");
});

test("a word that is new is neither good nor bad", () => {
  expect(checksOf([runNode("a", null, { status: "DREAMING" })])).toMatchObject({
    rollup: "other",
    required: { pending: [{ name: "a", detail: "GitHub says DREAMING https://ci.example/a" }], failing: [] },
  });
});

test("what a rule requires is required, whatever the check says of itself", () => {
  const { required, optional } = checksOf([runNode("a", "FAILURE", { isRequired: false })], {}, [
    { name: "a", app: null },
  ]);
  expect([required.failing.length, optional.failing.length]).toEqual([1, 0]);
});

test("another App's check of the name is not the one required", () => {
  const found = runNode("a", "SUCCESS", { isRequired: false });
  expect(checksOf([found], {}, [{ name: "a", app: 99 }]).required.missing).toEqual(["a"]);
  expect(checksOf([found], {}, [{ name: "a", app: 15368 }]).required.missing).toEqual([]);
});

test("our own check is in no sum, and is not missed", () => {
  const checks = checksOf([runNode("gastown", "FAILURE")], { rollup: "FAILURE" }, [{ name: "gastown", app: null }]);
  expect(checks).toMatchObject({ total: 0, rollup: "none", required: { failing: [], missing: [] } });
});

test("not all were read: GitHub's word stands, and nothing is missed", () => {
  const checks = checksOf([runNode("a", "SUCCESS")], { complete: false, rollup: "FAILURE" }, [
    { name: "z", app: null },
  ]);
  expect(checks).toMatchObject({ complete: false, rollup: "failure", required: { missing: [] } });
});

test("of a job that ran again the newest run counts", () => {
  const first = runNode("a", "FAILURE", { id: "1" });
  const again = runNode("a", "SUCCESS", { id: "2", startedAt: "2026-01-01T00:01:00Z" });
  expect(checksOf([again, first])).toMatchObject({ total: 1, rollup: "success" });
  const waiting = runNode("a", null, { id: "3", status: "QUEUED", startedAt: null });
  expect(checksOf([waiting, again, first])).toMatchObject({ total: 1, rollup: "pending" });
});

test("jobs of one name in two workflows are two, and so are those whose workflow is not told", () => {
  const ci = runNode("a", "FAILURE", { id: "1" });
  const { checkSuite } = runNode("a", "SUCCESS") as Extract<ContextNode, { kind: "CheckRun" }>;
  const other = { ...checkSuite, workflowRun: { event: "push", workflow: { name: "Nightly" } } };
  expect(checksOf([ci, runNode("a", "SUCCESS", { id: "2", checkSuite: other })])).toMatchObject({
    total: 2,
    rollup: "failure",
  });
  const untold = { ...checkSuite, workflowRun: undefined };
  const both = ["1", "2"].map((id) => runNode("a", id === "1" ? "FAILURE" : "SUCCESS", { id, checkSuite: untold }));
  expect(checksOf(both)).toMatchObject({ total: 2, rollup: "failure" });
});
