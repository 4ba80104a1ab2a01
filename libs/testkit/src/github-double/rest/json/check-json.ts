import type { JsonObject } from "../../ports.ts";
import type { CheckRunState, PullState, RepositoryState, StatusState } from "../../world/world-types.ts";
import { accountJson } from "./account-json.ts";
import { iso, isoOrNull, type JsonContext } from "./json-context.ts";
import { fullNameOf } from "./repository-json.ts";

/** A check run. `pull_requests` has those of this very repository alone: of a fork's head it is empty (scm §3.2.9 [D]). */
export function checkRunJson(context: JsonContext, repository: RepositoryState, run: CheckRunState): JsonObject {
  const url = `${context.urls.api}/repos/${fullNameOf(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: run.nodeId,
    name: run.name,
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: `${context.urls.web}/${fullNameOf(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status.toLowerCase(),
    conclusion: run.conclusion?.toLowerCase() ?? null,
    started_at: iso(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    app: appJson(run.app),
    check_suite: { id: suiteOf(repository, run) },
    pull_requests: ownPulls(repository, run.sha).map((pull) => pullJson(context, repository, pull)),
  };
}

/** A pull request as checks name it, with the repositories of both ends. */
function pullJson({ urls }: JsonContext, repository: RepositoryState, pull: PullState): JsonObject {
  const { id, number, headRef, headOid, baseRef } = pull;
  const repo = { id: repository.id, url: `${urls.api}/repos/${fullNameOf(repository)}`, name: repository.name };
  return {
    id,
    number,
    url: `${repo.url}/pulls/${number}`,
    head: { ref: headRef, sha: headOid, repo },
    base: { ref: baseRef, sha: repository.git.tip(baseRef), repo },
  };
}

/** All runs of one App on one commit. */
export function checkSuiteJson(context: JsonContext, repository: RepositoryState, run: CheckRunState): JsonObject {
  const pulls = ownPulls(repository, run.sha);
  return {
    id: suiteOf(repository, run),
    head_sha: run.sha,
    head_branch: pulls[0]?.headRef ?? null,
    status: "completed",
    conclusion: run.conclusion?.toLowerCase() ?? null,
    app: appJson(run.app),
    url: `${context.urls.api}/repos/${fullNameOf(repository)}/check-suites/${suiteOf(repository, run)}`,
    pull_requests: pulls.map((pull) => pullJson(context, repository, pull)),
  };
}

/** One status of a commit, as `GET .../statuses` writes it. */
export function statusJson(context: JsonContext, repository: RepositoryState, status: StatusState): JsonObject {
  return {
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator: accountJson(context, status.creator),
    url: `${context.urls.api}/repos/${fullNameOf(repository)}/statuses/${status.sha}`,
  };
}

function appJson(slug: string): JsonObject {
  return { slug, name: slug };
}

/** The first run of an App on a commit gives its suite the number. */
function suiteOf(repository: RepositoryState, run: CheckRunState): number {
  const first = repository.checkRuns.get(run.sha)?.find(({ app }) => app === run.app);
  return first?.id ?? run.id;
}

function ownPulls(repository: RepositoryState, sha: string): readonly PullState[] {
  return [...repository.pulls.values()].filter(
    ({ headOid, headOwner, state }) => headOid === sha && headOwner === repository.owner && state === "OPEN",
  );
}
