import type { PullExplanation, PullView } from "@gastown/contracts";
import { explainPull } from "../domain/explain-pull.ts";
import type { Forges } from "../forges/forges.ts";
import type { PullWithParts } from "../store/pulls.ts";
import type { CheckRow, NumberedPull, ReviewRow } from "../store/rows.ts";

/** A pull request as it is shown; until the first look has ended its state is `unknown`. */
export function pullViewOf(
  { pull, repo, reviews, checks, requiredApprovals }: PullWithParts,
  forges: Forges,
): PullView {
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
    explanation: explanationOf(pull),
    reviews: reviews.map(reviewOf),
    checks: checks.map(checkOf),
    requiredApprovals,
    mergeCommit: pull.mergeCommit,
    // A forge that is not set up any more cannot say where its pages are.
    url: forges.find(repo.forge)?.pullUrl({ ...pull, remote: repo.remote }) ?? "",
    createdAt: pull.createdAt.toISOString(),
    updatedAt: pull.updatedAt.toISOString(),
  };
}

function explanationOf({ state, causes, bead, since, nextLookAt, nextReadAt }: NumberedPull): PullExplanation {
  const next = [nextLookAt, nextReadAt].flatMap((at) => (at === null ? [] : [at.getTime()]));
  return {
    ...explainPull({ state: state ?? "unknown", causes, followed: bead !== null }),
    since: since.toISOString(),
    nextLookAt: next.length === 0 ? null : new Date(Math.min(...next)).toISOString(),
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
