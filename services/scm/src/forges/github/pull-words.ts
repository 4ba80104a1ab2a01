import { z } from "zod";
import { ScmError, type PullWords, type ReviewDraft } from "../forge.ts";
import { fitText } from "./fit-text.ts";
import { parseAnswer } from "./parse-answer.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { convertToDraftMutation, lastWordsQuery, markReadyMutation } from "./queries/pull-changes.ts";

/** The pull request is a draft, or ready for review; one that is so already is left alone. */
export async function setDraft(at: PullPlace, draft: boolean): Promise<void> {
  const { id, isDraft, state } = await readPullState(at);
  if (isDraft === draft || state !== "OPEN") return;
  const { client, place, context } = at;
  await client.graphql({
    operation: draft ? "convert to draft" : "mark ready",
    query: draft ? convertToDraftMutation : markReadyMutation,
    variables: { id },
    mutates: true,
    access: place.access,
    context,
  });
}

/** Title and body are these; what is not given stays. */
export async function editPull(at: PullPlace, { title, body }: PullWords): Promise<void> {
  if (title === undefined && body === undefined) return;
  await change(at, {
    operation: "edit pull request",
    route: "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
    parameters: {
      ...(title === undefined ? {} : { title: fitText(title, "title") }),
      ...(body === undefined ? {} : { body: fitText(body, "body") }),
    },
  });
}

/** The pull request is closed, and says why. One that has ended is left alone. */
export async function closePull(at: PullPlace, why: string): Promise<void> {
  const reason = fitText(why, "body");
  const { state, said } = await readLastWords(at);
  if (state !== "OPEN") return;
  // The comment first: a pull request that was closed without one would never get it.
  if (reason !== "" && !said.includes(reason)) {
    await change(at, {
      operation: "comment",
      route: "POST /repos/{owner}/{repo}/issues/{pull_number}/comments",
      parameters: { body: reason },
    });
  }
  await change(at, {
    operation: "close pull request",
    route: "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
    parameters: { state: "closed" },
  });
}

/** These people, or teams (`org/team`), are asked for a review. Throws `ScmError("invalid")` when GitHub takes one of them not. */
export async function requestReview(at: PullPlace, reviewers: readonly string[]): Promise<void> {
  if (reviewers.length === 0) return;
  const teams = reviewers.filter((reviewer) => reviewer.includes("/"));
  await change(at, {
    operation: "request review",
    route: "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
    parameters: {
      reviewers: reviewers.filter((reviewer) => !reviewer.includes("/")),
      team_reviewers: teams.map((team) => team.slice(team.indexOf("/") + 1)),
    },
  });
}

const verdicts: Readonly<Record<ReviewDraft["verdict"], string>> = {
  approve: "approves",
  request_changes: "asks for changes",
  comment: "comments",
};

/**
 * The review is on the pull request, as a comment that names its author and verdict. It is never an opinion of the App's own: an
 * approval of the App would count as a writer's, and its author's opinions GitHub refuses anyway (scm §0.12, §1.3).
 */
export async function addReview(at: PullPlace, { id, reviewer, verdict, body, commit }: ReviewDraft): Promise<void> {
  const mark = `<!-- gastown review ${id} -->`;
  const { said, head } = await readLastWords(at);
  if (said.some((words) => words.startsWith(mark))) return;
  // GitHub takes no review of a commit that was pushed away; then the words say which one is meant.
  const ofHead = commit === head;
  const about = ofHead ? "" : ` of ${commit.slice(0, 10)}`;
  const text = `${mark}\n**${reviewer}** ${verdicts[verdict]}${about}${body === "" ? "." : `:\n\n${body}`}`;
  await change(at, {
    operation: "add review",
    route: "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    parameters: { ...(ofHead ? { commit_id: commit } : {}), event: "COMMENT", body: fitText(text, "body") },
  });
}

interface Change {
  readonly operation: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

async function change({ client, place, number, context }: PullPlace, { operation, route, parameters }: Change) {
  const where = { owner: place.owner, repo: place.name, pull_number: number };
  await client.rest({
    operation,
    route,
    parameters: { ...where, ...parameters },
    mutates: true,
    access: place.access,
    context,
  });
}

const words = z.object({ nodes: z.array(z.object({ viewerDidAuthor: z.boolean(), body: z.string() })) });
const lastWords = z.object({
  repository: z.object({
    pullRequest: z.object({ state: z.string(), headRefOid: z.string(), comments: words, reviews: words }).nullable(),
  }),
});

interface LastWords {
  readonly state: string;
  readonly head: string;
  readonly said: readonly string[];
}

/** What we said last, so that it is not said twice. */
async function readLastWords({ client, place, number, context }: PullPlace): Promise<LastWords> {
  const operation = "get last words";
  const variables = { owner: place.owner, name: place.name, number };
  const { data } = await client.graphql({ operation, query: lastWordsQuery, variables, access: place.access, context });
  const pull = parseAnswer(lastWords, data, { operation }).repository.pullRequest;
  if (pull === null) throw new ScmError("gone", `there is no pull request ${number} in ${place.owner}/${place.name}`);
  const ours = [...pull.comments.nodes, ...pull.reviews.nodes].filter((node) => node.viewerDidAuthor);
  return { state: pull.state, head: pull.headRefOid, said: ours.map((node) => node.body) };
}
