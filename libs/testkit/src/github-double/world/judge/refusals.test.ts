import { expect, test } from "vitest";
import { facts, says, viewer } from "../test/sample-facts.ts";
import type { PullFacts } from "./pull-facts.ts";
import { refusalsOf, type RefusalCause } from "./refusals.ts";

interface Row {
  readonly given: PullFacts;
  readonly cause: RefusalCause;
  readonly status?: number;
  readonly message: string;
  readonly as?: Partial<typeof viewer>;
}

// The messages of scm §1.7, word for word where it has them.
const rows: readonly Row[] = [
  { cause: "not_open", given: facts({ state: "CLOSED" }), message: "Pull Request is not mergeable" },
  {
    cause: "permission",
    given: facts(),
    as: { contents: false },
    status: 403,
    message: "Resource not accessible by integration",
  },
  { cause: "draft", given: facts({ draft: true }), message: "Pull Request is still a draft" },
  { cause: "conflicts", given: facts({ conflict: true }), message: "Pull Request is not mergeable" },
  {
    cause: "method",
    given: facts({ repositoryMethods: ["squash"] }),
    message: "Merge commits are not allowed on this repository.",
  },
  {
    cause: "workflows",
    given: facts({ workflow: ".github/workflows/ci.yml" }),
    as: { workflows: false },
    status: 403,
    message:
      "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
  },
  { cause: "locked", given: facts({ rules: { locked: true } }), message: "Cannot change this locked branch" },
  {
    cause: "pushers",
    given: facts({ rules: { pushers: [] } }),
    message: "You're not authorized to push to this branch.",
  },
  {
    cause: "queue",
    given: facts({ rules: { mergeQueue: "squash" } }),
    message: "Repository rule violations found\n\nChanges must be made through the merge queue\n\n",
  },
  {
    cause: "changes_requested",
    given: facts({
      rules: { requiredApprovals: 1 },
      opinions: [says("ann", "APPROVED"), says("bob", "CHANGES_REQUESTED")],
    }),
    message: "Changes have been requested.",
  },
  {
    cause: "approvals",
    given: facts({ rules: { requiredApprovals: 1 } }),
    message: "At least 1 approving review is required by reviewers with write access.",
  },
  {
    cause: "approvals",
    given: facts({ rules: { requiredApprovals: 3 }, opinions: [says("ann", "APPROVED")] }),
    message: "At least 3 approving reviews are required by reviewers with write access.",
  },
  {
    cause: "approvals",
    given: facts({ rules: { requiredApprovals: 1 }, rulesFrom: "ruleset" }),
    message:
      "Repository rule violations found\n\nAt least 1 approving review is required by reviewers with write access.\n\n",
  },
  {
    cause: "code_owners",
    given: facts({ rules: { codeOwnerReview: true }, ownerGroups: [["olga", "omar"]] }),
    message: "Waiting on code owner review from olga and/or omar.",
  },
  {
    cause: "last_push",
    given: facts({ rules: { lastPushApproval: true }, opinions: [says("ann", "APPROVED")], lastPusher: "ann" }),
    message: "New changes require approval from someone other than the last pusher.",
  },
  {
    cause: "checks",
    given: facts({ checks: [{ name: "ci", required: true, result: "missing" }] }),
    message: 'Required status check "ci" is expected.',
  },
  {
    cause: "checks",
    given: facts({ checks: [{ name: "ci", required: true, result: "pending" }] }),
    message: 'Required status check "ci" is in progress.',
  },
  {
    cause: "checks",
    given: facts({ checks: [{ name: "ci", required: true, result: "red" }] }),
    message: 'Required status check "ci" is failing.',
  },
  {
    cause: "checks",
    given: facts({
      checks: ["a", "b", "c"].map((name) => ({ name, required: true, result: name === "c" ? "green" : "missing" })),
    }),
    message: "2 of 3 required status checks are expected.",
  },
  {
    cause: "behind",
    given: facts({ rules: { strict: true }, behind: true }),
    message: "Head branch is not up to date with the base branch.",
  },
  {
    cause: "threads",
    given: facts({ rules: { conversationResolution: true }, unresolvedThreads: 2 }),
    message: "All comments must be resolved.",
  },
  {
    cause: "signatures",
    given: facts({ rules: { signedCommits: true } }),
    message: "Commits must have verified signatures.",
  },
  {
    cause: "linear",
    given: facts({ rules: { linearHistory: true } }),
    message: "This branch must not contain merge commits.",
  },
  {
    cause: "branch_method",
    given: facts({ rules: { allowedMethods: ["squash"] } }),
    message: "Merge commits are not allowed on this branch.",
  },
  {
    cause: "deployments",
    given: facts({ rules: { requiredDeployments: ["staging"] }, missingDeployments: ["staging"] }),
    message: "Deployment to staging is required.",
  },
  {
    cause: "unnamed",
    given: facts({ rules: { unnamed: "Licence scanning is waiting" } }),
    message: "Licence scanning is waiting",
  },
];

test.each(rows)("a merge is refused for $cause: $message", ({ given, cause, status = 405, message, as }) => {
  const refusals = refusalsOf(given, { viewer: { ...viewer, ...as }, method: "merge" });
  expect(refusals).toEqual([{ cause, status, message }]);
});

test("a pull request with nothing against it is not refused, by any method", () => {
  for (const method of ["merge", "squash", "rebase", null] as const) {
    expect(refusalsOf(facts({ unresolvedThreads: 3, behind: true }), { viewer, method })).toEqual([]);
  }
});

test("who bypasses the rules is held by git, permissions and drafts alone", () => {
  const rules = {
    requiredApprovals: 2,
    locked: true,
    mergeQueue: "merge",
    unnamed: "x",
    bypass: [viewer.login],
  } as const;
  expect(refusalsOf(facts({ rules }), { viewer, method: "merge" })).toEqual([]);
  const causes = refusalsOf(facts({ rules, draft: true, conflict: true }), { viewer, method: "merge" });
  expect(causes.map(({ cause }) => cause)).toEqual(["draft", "conflicts"]);
});

test("all causes are named, the first is the one that is answered", () => {
  const given = facts({
    rules: { requiredApprovals: 1, conversationResolution: true },
    unresolvedThreads: 1,
    draft: true,
    checks: [{ name: "ci", required: true, result: "red" }],
  });
  expect(refusalsOf(given, { viewer, method: "merge" }).map(({ cause }) => cause)).toEqual([
    "draft",
    "approvals",
    "checks",
    "threads",
  ]);
});
