import type { PullView } from "@gastown/contracts";
import type { Forge } from "../forges/forge.ts";
import type { PullWithParts } from "../store/pulls.ts";
import type { CheckRow, ReviewRow } from "../store/rows.ts";

/** A pull request as it is shown; until the first look has ended its state is `unknown`. */
export function pullViewOf({ pull, reviews, checks, requiredApprovals }: PullWithParts, forge: Forge): PullView {
  const { rig, number, bead, title, body } = pull;
  return {
    rig,
    number,
    bead,
    title,
    body,
    head: pull.headBranch,
    base: pull.baseBranch,
    headCommit: pull.headCommit ?? "",
    draft: pull.draft,
    state: pull.state ?? "unknown",
    causes: pull.causes,
    since: pull.since.toISOString(),
    reviews: reviews.map(reviewOf),
    checks: checks.map(checkOf),
    requiredApprovals,
    mergeCommit: pull.mergeCommit,
    url: forge.pullUrl(pull),
    createdAt: pull.createdAt.toISOString(),
    updatedAt: pull.updatedAt.toISOString(),
  };
}

function reviewOf({ reviewer, verdict, commit, body, at }: ReviewRow): PullView["reviews"][number] {
  return { reviewer, verdict, commit, body, at: at.toISOString() };
}

function checkOf({ name, commit, state, log, startedAt, finishedAt }: CheckRow): PullView["checks"][number] {
  return {
    name,
    commit,
    state,
    log,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
