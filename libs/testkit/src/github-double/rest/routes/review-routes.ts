import { WorldRefusal } from "../../world/world-refusal.ts";
import type { PullState, ReviewState, ReviewVerdict } from "../../world/world-types.ts";
import { pullJson } from "../json/pull-json.ts";
import { reviewJson } from "../json/review-json.ts";
import { accountJson } from "../json/account-json.ts";
import { pullFor } from "../rest-access.ts";
import { invalidRequest, neededText, textIn, textsIn, wordIn } from "../rest-body.ts";
import { created, ok, page, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

const verdicts: Readonly<Record<"APPROVE" | "REQUEST_CHANGES" | "COMMENT", ReviewVerdict>> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

/** Pending reviews (without an event) are not known here. */
async function addReview(request: RestRequest): Promise<RestAnswer> {
  const pull = pullFor(request, "write");
  const { asking, body } = request;
  const event = wordIn(body, "event", ["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
  if (event === undefined) throw invalidRequest("The GitHub double knows no pending reviews: event wasn't supplied.");
  const text = textIn(body, "body") ?? "";
  if (event !== "APPROVE" && text === "")
    throw new WorldRefusal(422, "Unprocessable Entity: Review Body can't be blank");
  const commit = textIn(body, "commit_id");
  const review = await asking.world.reviews.submit(pull, {
    by: asking.login,
    state: verdicts[event],
    body: text,
    ...(commit === undefined ? {} : { commit }),
  });
  return ok(reviewJson(asking.world.core.json, pull, review));
}

function listReviews(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "read");
  return page(request, pull.reviews, (review) => reviewJson(request.asking.world.core.json, pull, review));
}

function getReview(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "read");
  return ok(reviewJson(request.asking.world.core.json, pull, reviewOf(request, pull)));
}

async function dismissReview(request: RestRequest): Promise<RestAnswer> {
  const pull = pullFor(request, "write");
  neededText(request.body, "message");
  const review = reviewOf(request, pull);
  await request.asking.world.reviews.dismiss(pull, review, request.asking.login);
  return ok(reviewJson(request.asking.world.core.json, pull, review));
}

function requestReviewers(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "write");
  const { asking, body } = request;
  asking.world.pulls.request(pull, textsIn(body, "reviewers"), { by: asking.login });
  return created(pullJson(asking.world.core.json, pull));
}

function withdrawReviewers(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "write");
  const { asking, body } = request;
  asking.world.pulls.withdraw(pull, textsIn(body, "reviewers"), asking.login);
  return ok(pullJson(asking.world.core.json, pull));
}

function listReviewers(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "read");
  const { json } = request.asking.world.core;
  return ok({ users: pull.requests.map(({ reviewer }) => accountJson(json, reviewer)), teams: [] });
}

function reviewOf({ params }: RestRequest, pull: PullState): ReviewState {
  const review = pull.reviews.find(({ id }) => `${id}` === params["review_id"]);
  if (review === undefined) throw new WorldRefusal(404, "Not Found");
  return review;
}

const pullPath = "/repos/{owner}/{repo}/pulls/{pull_number}";

export const reviewRoutes: readonly RestRoute[] = [
  route(`POST ${pullPath}/reviews`, addReview),
  route(`GET ${pullPath}/reviews`, listReviews),
  route(`GET ${pullPath}/reviews/{review_id}`, getReview),
  route(`PUT ${pullPath}/reviews/{review_id}/dismissals`, dismissReview),
  route(`GET ${pullPath}/requested_reviewers`, listReviewers),
  route(`POST ${pullPath}/requested_reviewers`, requestReviewers),
  route(`DELETE ${pullPath}/requested_reviewers`, withdrawReviewers),
];
