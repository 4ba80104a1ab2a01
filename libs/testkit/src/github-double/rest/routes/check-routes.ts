import { latestChecks, rollupOf } from "../../world/latest-checks.ts";
import { WorldRefusal } from "../../world/world-refusal.ts";
import type {
  CheckConclusion,
  CheckRunState,
  CheckRunWish,
  CheckStatus,
  RepositoryState,
} from "../../world/world-types.ts";
import type { JsonObject } from "../../ports.ts";
import { checkRunJson, statusJson } from "../json/check-json.ts";
import { repositoryJson } from "../json/repository-json.ts";
import { checkRunFor, repositoryFor } from "../rest-access.ts";
import { neededText, objectIn, textIn, wordIn } from "../rest-body.ts";
import { created, ok, page, pageWithin, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

const statusWords: readonly Lowercase<CheckStatus>[] = [
  "queued",
  "in_progress",
  "completed",
  "waiting",
  "requested",
  "pending",
];
// `stale` is set by GitHub alone (scm §1.4 [D]).
const conclusionWords: readonly Lowercase<Exclude<CheckConclusion, "STALE">>[] = [
  "success",
  "neutral",
  "skipped",
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "startup_failure",
];

async function createRun(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "checks", "write");
  const { asking, body } = request;
  // Runs are of Apps alone [D].
  if (asking.caller.kind !== "installation") throw new WorldRefusal(403, "You must authenticate via a GitHub App.");
  const sha = await commitOf(repository, neededText(body, "head_sha"));
  const run = await asking.world.checks.run(repository, sha, {
    ...wishOf(body),
    name: neededText(body, "name"),
    app: asking.auth.app.slug,
  });
  return created(checkRunJson(asking.world.core.json, repository, run));
}

async function updateRun(request: RestRequest): Promise<RestAnswer> {
  const { repository, run } = checkRunFor(request, "write");
  const { asking } = request;
  if (asking.caller.kind !== "installation" || run.app !== asking.auth.app.slug) {
    throw new WorldRefusal(
      403,
      "Invalid app_id `app` - check run can only be modified by the GitHub App that created it.",
    );
  }
  await asking.world.checks.update(repository, run, wishOf(request.body));
  return ok(checkRunJson(asking.world.core.json, repository, run));
}

function getRun(request: RestRequest): RestAnswer {
  const { repository, run } = checkRunFor(request, "read");
  return ok(checkRunJson(request.asking.world.core.json, repository, run));
}

/** The latest run of each name, unless `filter=all`. */
async function listRuns(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "checks", "read");
  const { asking, params, query } = request;
  const sha = await commitOf(repository, params["ref"] ?? "");
  const all =
    query.get("filter") === "all" ? (repository.checkRuns.get(sha) ?? []) : latestChecks(repository, sha).runs;
  const [name, status] = [query.get("check_name"), query.get("status")];
  const items = all.filter(
    (run) => (name === null || run.name === name) && (status === null || run.status.toLowerCase() === status),
  );
  const wrap = (run: CheckRunState): JsonObject => checkRunJson(asking.world.core.json, repository, run);
  return pageWithin(request, { items, name: "check_runs", wrap });
}

/** Asked to run again: the same run is queued once more. Nothing runs it but the test. */
async function rerun(request: RestRequest): Promise<RestAnswer> {
  const permission = request.params["job_id"] === undefined ? "checks" : "actions";
  const { repository, run } = checkRunFor(request, "write", permission);
  await request.asking.world.checks.update(repository, run, { status: "QUEUED" });
  return created({});
}

/** The log is somewhere else: GitHub answers with a redirect to it [D]. */
function getLogs(request: RestRequest): RestAnswer {
  const { run } = checkRunFor(request, "read", "actions");
  if (run.app !== "github-actions" || run.status !== "COMPLETED") throw new WorldRefusal(404, "Not Found");
  const location = `${request.asking.world.core.json.urls.web}/_logs/${run.id}`;
  return { status: 302, body: null, headers: { location } };
}

function getJob(request: RestRequest): RestAnswer {
  const { run } = checkRunFor(request, "read", "actions");
  if (run.app !== "github-actions") throw new WorldRefusal(404, "Not Found");
  const { id, name, sha } = run;
  return ok({
    id,
    name,
    head_sha: sha,
    status: run.status.toLowerCase(),
    conclusion: run.conclusion?.toLowerCase() ?? null,
  });
}

async function addStatus(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "statuses", "write");
  const { asking, body, params } = request;
  const sha = await commitOf(repository, params["sha"] ?? "");
  const state = wordIn(body, "state", ["success", "pending", "failure", "error"]);
  if (state === undefined)
    throw new WorldRefusal(422, "Validation Failed", [{ resource: "Status", code: "missing_field", field: "state" }]);
  const status = await asking.world.checks.status(repository, sha, {
    context: textIn(body, "context") ?? "default",
    state,
    by: asking.login,
    description: textIn(body, "description") ?? "",
    ...optional("targetUrl", textIn(body, "target_url")),
  });
  return created(statusJson(asking.world.core.json, repository, status));
}

async function listStatuses(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "statuses", "read");
  const sha = await commitOf(repository, request.params["ref"] ?? "");
  const statuses = (repository.statuses.get(sha) ?? []).toReversed();
  return page(request, statuses, (status) => statusJson(request.asking.world.core.json, repository, status));
}

/** Statuses alone, without check runs; "pending" without any [D]. */
async function combinedStatus(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "statuses", "read");
  const { json } = request.asking.world.core;
  const sha = await commitOf(repository, request.params["ref"] ?? "");
  const { statuses } = latestChecks(repository, sha);
  const word = rollupOf({ ...repository, checkRuns: new Map() }, sha) ?? "PENDING";
  return ok({
    sha,
    state: word === "ERROR" ? "failure" : word.toLowerCase(),
    total_count: statuses.length,
    statuses: statuses.map((status) => statusJson(json, repository, status)),
    repository: repositoryJson(json, repository),
  });
}

function wishOf(body: JsonObject): Partial<CheckRunWish> {
  const output = objectIn(body, "output");
  const [status, conclusion] = [wordIn(body, "status", statusWords), wordIn(body, "conclusion", conclusionWords)];
  return {
    ...optional("name", textIn(body, "name")),
    ...(status === undefined ? {} : { status: upper(status) }),
    ...(conclusion === undefined ? {} : { conclusion: upper(conclusion) }),
    ...optional("externalId", textIn(body, "external_id")),
    ...optional("detailsUrl", textIn(body, "details_url")),
    ...optional("title", textIn(output, "title")),
    ...optional("summary", textIn(output, "summary")),
    ...optional("text", textIn(output, "text")),
  };
}

function upper<T extends string>(word: Lowercase<T>): T {
  return word.toUpperCase() as T;
}

function optional<K extends string>(name: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: string };
}

/** A branch's tip, or the commit itself. */
async function commitOf(repository: RepositoryState, ref: string): Promise<string> {
  const oid = repository.git.tip(ref.replace(/^(refs\/)?heads\//, "")) ?? ref;
  if ((await repository.git.commitOf(oid)) === null) throw new WorldRefusal(422, `No commit found for SHA: ${ref}`);
  return oid;
}

const repositoryPath = "/repos/{owner}/{repo}";

export const checkRoutes: readonly RestRoute[] = [
  route(`POST ${repositoryPath}/check-runs`, createRun),
  route(`PATCH ${repositoryPath}/check-runs/{check_run_id}`, updateRun),
  route(`GET ${repositoryPath}/check-runs/{check_run_id}`, getRun),
  route(`POST ${repositoryPath}/check-runs/{check_run_id}/rerequest`, rerun),
  route(`GET ${repositoryPath}/commits/{ref}/check-runs`, listRuns),
  route(`GET ${repositoryPath}/commits/{ref}/statuses`, listStatuses),
  route(`GET ${repositoryPath}/commits/{ref}/status`, combinedStatus),
  route(`POST ${repositoryPath}/statuses/{sha}`, addStatus),
  route(`GET ${repositoryPath}/actions/jobs/{job_id}`, getJob),
  route(`GET ${repositoryPath}/actions/jobs/{job_id}/logs`, getLogs),
  route(`POST ${repositoryPath}/actions/jobs/{job_id}/rerun`, rerun),
];
