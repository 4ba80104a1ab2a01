import { baseOf } from "../../world/gather-facts.ts";
import { gitAnswer } from "../../world/git-answers.ts";
import type { PullState } from "../../world/world-types.ts";
import type { Json, JsonObject } from "../../ports.ts";
import { pullDetailJson, pullJson } from "../json/pull-json.ts";
import { commitJson, fileJson } from "../json/commit-json.ts";
import { commentJson } from "../json/review-json.ts";
import { pullFor, repositoryFor } from "../rest-access.ts";
import { flagIn, invalidRequest, neededText, textIn, wordIn } from "../rest-body.ts";
import { created, ok, page, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

async function openPull(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "pull_requests", "write");
  const { asking, body } = request;
  const head = neededText(body, "head");
  // `owner:branch` names a fork, or the repository itself.
  const [owner, ref] = head.includes(":")
    ? [head.slice(0, head.indexOf(":")), head.slice(head.indexOf(":") + 1)]
    : [null, head];
  const pull = await asking.world.pulls.open(repository, {
    head: ref,
    base: neededText(body, "base"),
    title: neededText(body, "title"),
    body: textIn(body, "body") ?? "",
    draft: flagIn(body, "draft"),
    by: asking.login,
    ...(owner === null || owner === repository.owner ? {} : { fork: owner }),
  });
  return created(pullDetailJson(asking.world.core.json, pull));
}

function listPulls(request: RestRequest): RestAnswer {
  const repository = repositoryFor(request, "pull_requests", "read");
  const { asking, query } = request;
  const state = query.get("state") ?? "open";
  const [head, base] = [query.get("head"), query.get("base")];
  const pulls = [...repository.pulls.values()].filter(
    (pull) =>
      (state === "all" || (pull.state === "OPEN") === (state === "open")) &&
      (head === null || !head.includes(":") || `${pull.headOwner}:${pull.headRef}` === head) &&
      (base === null || pull.baseRef === base),
  );
  return page(request, sorted(pulls, query), (pull) => pullJson(asking.world.core.json, pull));
}

function sorted(pulls: readonly PullState[], query: URLSearchParams): readonly PullState[] {
  const byUpdate = query.get("sort") === "updated";
  const at = (pull: PullState) => (byUpdate ? pull.updatedAt : pull.createdAt);
  const rising = pulls.toSorted((a, b) => at(a) - at(b) || a.number - b.number);
  const direction = query.get("direction") ?? (query.get("sort") === null ? "desc" : "asc");
  return direction === "desc" ? rising.toReversed() : rising;
}

/** Asking starts the computation of `mergeable`; null until it ends (scm §1.8 [D]). */
async function getPull(request: RestRequest): Promise<RestAnswer> {
  return ok(await readPull(request, pullFor(request, "read")));
}

async function readPull({ asking }: RestRequest, pull: PullState): Promise<JsonObject> {
  const { json } = asking.world.core;
  const viewer = asking.viewer(pull.repository);
  const { facts, mergeable, mergeStateStatus } = await asking.world.readings.read(pull, { viewer, asker: "rest" });
  const { comparison } = await gitAnswer(pull.repository.git, facts.base, facts.head);
  const seen = asking.world.readings.seen(pull);
  const known = mergeable === "UNKNOWN" ? null : mergeable === "MERGEABLE";
  const told = pullDetailJson(json, { ...pull, headOid: seen.head, state: seen.state, updatedAt: seen.updatedAt });
  const open = { merged: false, merged_by: null, merged_at: null, closed_at: null };
  return {
    ...told,
    ...(seen.state === "OPEN" ? open : {}),
    mergeable: known,
    rebaseable: known,
    mergeable_state: mergeStateStatus.toLowerCase(),
    commits: comparison.ahead.length,
    changed_files: comparison.files.length,
    additions: comparison.files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: comparison.files.reduce((sum, { deletions }) => sum + deletions, 0),
  };
}

async function editPull(request: RestRequest): Promise<RestAnswer> {
  const pull = pullFor(request, "write");
  const { asking, body } = request;
  const state = wordIn(body, "state", ["open", "closed"]);
  const [title, text, base] = [textIn(body, "title"), textIn(body, "body"), textIn(body, "base")];
  if (title === "") throw invalidRequest("title can't be blank");
  asking.world.pulls.edit(
    pull,
    {
      ...(title === undefined ? {} : { title }),
      ...(text === undefined ? {} : { body: text }),
      ...(base === undefined ? {} : { base }),
    },
    asking.login,
  );
  if (state === "closed") asking.world.pulls.close(pull, asking.login);
  if (state === "open") asking.world.pulls.reopen(pull, asking.login);
  return ok(await readPull(request, pull));
}

async function listFiles(request: RestRequest): Promise<RestAnswer> {
  const pull = pullFor(request, "read");
  const { comparison } = await gitAnswer(pull.repository.git, baseOf(pull), pull.headOid);
  return page(request, comparison.files, fileJson);
}

async function listCommits(request: RestRequest): Promise<RestAnswer> {
  const pull = pullFor(request, "read");
  const { git } = pull.repository;
  const { comparison } = await gitAnswer(git, baseOf(pull), pull.headOid);
  const commits = await Promise.all(comparison.ahead.map((oid) => git.commitOf(oid)));
  return page(request, commits, (commit): Json => (commit === null ? null : commitJson(commit)));
}

function addComment(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "write");
  const { asking, body } = request;
  const comment = asking.world.pulls.comment(pull, { by: asking.login, body: neededText(body, "body") });
  return created(commentJson(asking.world.core.json, pull, comment));
}

function listComments(request: RestRequest): RestAnswer {
  const pull = pullFor(request, "read");
  const { json } = request.asking.world.core;
  return page(request, pull.comments, (comment) => commentJson(json, pull, comment));
}

export const pullRoutes: readonly RestRoute[] = [
  route("POST /repos/{owner}/{repo}/pulls", openPull),
  route("GET /repos/{owner}/{repo}/pulls", listPulls),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}", getPull),
  route("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", editPull),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", listFiles),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", listCommits),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", addComment),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", listComments),
];
