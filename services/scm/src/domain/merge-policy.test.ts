import { expect, test } from "vitest";
import { mergePolicyOf, type RigMerging } from "./merge-policy.ts";

const rig: RigMerging = { forge: "github", merge: {}, requiredApprovals: 0, expectsChecks: true };
const policy = (fields: Partial<RigMerging> = {}, methods = ["merge", "squash"]) =>
  mergePolicyOf({ ...rig, ...fields }, { methods });

test("a forge elsewhere: what it accepts, after its checks have had a minute to show up", () => {
  expect(policy()).toEqual({
    method: "merge",
    requireApproval: false,
    approvals: 1,
    allowUnstable: true,
    resolveAllThreads: false,
    waitOptional: true,
    expectChecks: true,
    settleMs: 60_000,
    delegate: "none",
  });
});

test("the local forge counts approvals by itself, and its only check is required", () => {
  expect(policy({ forge: "local", requiredApprovals: 2 }, ["merge"])).toMatchObject({
    requireApproval: false,
    allowUnstable: false,
    expectChecks: false,
    settleMs: 0,
  });
});

test("approvals that a rig requires are required elsewhere, too", () => {
  expect(policy({ requiredApprovals: 2 })).toMatchObject({ requireApproval: true, approvals: 2 });
  expect(policy({ requiredApprovals: 2, merge: { requireApproval: false } }).requireApproval).toBe(false);
});

test.each([
  [["squash", "rebase"], "squash"],
  [["rebase"], "rebase"],
  [[], "merge"],
])("of the methods %j the first that is allowed is used", (methods, method) => {
  expect(policy({}, methods).method).toBe(method);
});

test("what a rig sets goes before all of that; what is unset does not", () => {
  const merge = { method: "rebase", allowUnstable: false, settleMs: 5, delegate: "native" } as const;
  expect(policy({ merge: { ...merge, waitOptional: undefined } })).toMatchObject({ ...merge, waitOptional: true });
});

test("where heads get no checks none are waited for, unless the rig says so", () => {
  expect(policy({ expectsChecks: false }).expectChecks).toBe(false);
  expect(policy({ expectsChecks: false, merge: { expectChecks: true } }).expectChecks).toBe(true);
});
