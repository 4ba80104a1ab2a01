import { expect, test } from "vitest";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { LocalPull } from "./ledger.ts";
import { localSnapshot } from "./local-snapshot.ts";
import type { BranchReading } from "./read-branches.ts";

const head = "a".repeat(40);
const pull: LocalPull = {
  status: "open",
  title: "Do it",
  body: "",
  draft: false,
  head: "gt/toast/gt-1",
  base: "main",
  headCommit: head,
  mergeCommit: null,
  mergeableHead: null,
  attemptedHeads: [],
  reviews: [],
  checks: [],
  requiredApprovals: 0,
  requiredChecks: [],
};
const branches: BranchReading = {
  head,
  base: "b".repeat(40),
  contained: false,
  merged: null,
  conflict: "no",
  conflictFiles: [],
};
const check = { name: "check", commit: head, state: "success", log: "fine" } as const;
const withCheck = (state: LocalPull["checks"][number]["state"]): Partial<LocalPull> => ({
  requiredChecks: ["check"],
  checks: [{ ...check, state }],
});

interface Case {
  name: string;
  pull?: Partial<LocalPull>;
  branches?: Partial<BranchReading>;
  is: Partial<Snapshot>;
}
const cases: Case[] = [
  { name: "clean", is: { state: "open", gate: "clean", conflict: "no", review: "none", head } },
  { name: "a draft", pull: { draft: true }, is: { gate: "draft", draft: true } },
  {
    name: "in conflict",
    branches: { conflict: "yes", conflictFiles: ["a"] },
    is: { gate: "dirty", conflictFiles: ["a"] },
  },
  {
    name: "its branch is gone",
    branches: { head: null, conflict: "unknown" },
    is: { state: "open", gate: "other", head },
  },
  { name: "its base is gone", branches: { base: null, conflict: "unknown" }, is: { state: "open", gate: "other" } },
  { name: "nothing to merge", branches: { contained: true }, is: { state: "open", gate: "other", mergeSha: null } },
  {
    name: "fast-forwarded by hand",
    pull: { mergeableHead: head },
    branches: { contained: true },
    is: { state: "merged", mergeSha: head },
  },
  {
    name: "merged",
    branches: { contained: true, merged: { head, sha: "c" } },
    is: { state: "merged", mergeSha: "c", head },
  },
  {
    name: "merged with an earlier head",
    branches: { head: "d", merged: { head, sha: "c" } },
    is: { state: "merged", head },
  },
  {
    name: "merged, and closed meanwhile",
    pull: { status: "closed" },
    branches: { merged: { head, sha: "c" } },
    is: { state: "merged" },
  },
  { name: "closed", pull: { status: "closed" }, is: { state: "closed" } },
  {
    name: "merged, known before",
    pull: { status: "merged", mergeCommit: "c" },
    branches: { head: null },
    is: { state: "merged", mergeSha: "c" },
  },
];

const look = ({ pull: p, branches: b }: Omit<Case, "is" | "name">) =>
  localSnapshot({
    ref: { town: "home", rig: "app", number: 1 },
    url: "",
    pull: { ...pull, ...p },
    branches: { ...branches, ...b },
    readAt: new Date(0),
  });

test.each(cases)("$name", ({ is, ...given }) => {
  expect(look(given)).toMatchObject(is);
});

test.each([
  ["success", "success", 0, 0],
  ["failure", "failure", 1, 0],
  ["timed_out", "failure", 1, 0],
  ["error", "failure", 1, 0],
  ["queued", "pending", 0, 1],
  ["running", "pending", 0, 1],
] as const)("a check that is %s", (...[state, rollup, failing, pending]) => {
  const { checks } = look({ pull: withCheck(state) });
  expect(checks).toMatchObject({ rollup, total: 1, forHead: head, complete: true });
  expect([checks.required.failing.length, checks.required.pending.length]).toEqual([failing, pending]);
});

test("a check of another head is missing on this one", () => {
  const { checks } = look({ pull: { requiredChecks: ["check"], checks: [{ ...check, commit: "old" }] } });
  expect(checks).toMatchObject({ total: 0, rollup: "pending", forHead: null, required: { missing: ["check"] } });
});
