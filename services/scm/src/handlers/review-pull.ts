import { pullReviewed, type DataOf, type ForgeKind, type reviewPull } from "@gastown/contracts";
import { opinionsOn } from "../forges/local/opinions.ts";
import { findPull, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import { requiredApprovalsOf } from "../store/required-approvals.ts";
import { insertReview, readReviews } from "../store/reviews.ts";
import { pullDraft } from "./pull-draft.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

type ReviewData = DataOf<typeof reviewPull>;

/**
 * The review is stored on the head it was given on; the answer says what all reviews come to now. An agent reviews under
 * its own name only: its approval never counts as a person's.
 */
export async function decideReviewPull({ tx, town, data, envelope }: Deciding<ReviewData>): Promise<Ruling> {
  const { rig, number, reviewer, verdict, body } = data;
  const pull = await findPull(tx, { town, rig, number });
  const repo = await findRepo(tx, { town, rig });
  if (repo === null || pull === null || pull.headCommit === null)
    return notFound("pr_not_found", `There is no pull request ${number} in ${rig}.`);
  const commit = pull.headCommit;
  const refusal =
    approvalElsewhere(data, repo.forge) ?? refusalOf(data, { actor: envelope.actor, status: pull.status, commit });
  if (refusal !== null) return refusal;
  await insertReview(tx, { id: envelope.id, pull: pull.id, reviewer, verdict, body, commit });
  await wishPull(tx, pull, { causationId: envelope.id });
  const { review, approvals } = opinionsOn(commit, await readReviews(tx, pull.id), requiredApprovalsOf(pull, repo));
  const told = pullDraft(pull, pullReviewed, { reviewer, verdict, commit });
  return applied({ number, commit, review, approvals }, [
    { ...told, actor: envelope.actor, causationId: envelope.id, correlationId: envelope.correlationid },
  ]);
}

/** An approval given through us would be ours there, and ours must never count as a person's (scm §0.12). */
function approvalElsewhere({ number, verdict }: ReviewData, forge: ForgeKind): Ruling | null {
  if (forge === "local" || verdict !== "approve") return null;
  return refused("invalid", `verdict: approve pull request ${number} on ${forge} itself, where it counts as yours`);
}

interface Reviewing {
  readonly actor: string;
  readonly status: string;
  readonly commit: string;
}

function refusalOf(
  { number, reviewer, expectedHead }: ReviewData,
  { actor, status, commit }: Reviewing,
): Ruling | null {
  if (status !== "open") return refused("wrong_state", `Pull request ${number} is ${status}.`);
  if (actor.startsWith("agent:") && actor !== reviewer)
    return refused("invalid", `${actor} cannot review as ${reviewer}.`);
  if (expectedHead === undefined || expectedHead === commit) return null;
  return refused("stale", `The head of pull request ${number} is ${commit}, not ${expectedHead}. Look at it again.`);
}
