import { whyNoBranch } from "../../git/branch-name.ts";
import { guardBranch } from "../../world/branch-guard.ts";
import { noRules, protectionOf, effectiveRules } from "../../world/branch-rules.ts";
import { gitAnswer } from "../../world/git-answers.ts";
import { WorldRefusal } from "../../world/world-refusal.ts";
import type { CommitInfo, JsonObject } from "../../ports.ts";
import type { RepositoryState } from "../../world/world-types.ts";
import { commitJson, fileJson } from "../json/commit-json.ts";
import { fullNameOf } from "../json/repository-json.ts";
import { branchRulesJson } from "../json/rule-json.ts";
import { repositoryFor } from "../rest-access.ts";
import { flagIn, neededText } from "../rest-body.ts";
import { created, noContent, ok, page, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

/** What the App may read with `metadata: read` [U: scm §9.6]. */
function listRules(request: RestRequest): RestAnswer {
  const repository = repositoryFor(request, "metadata", "read");
  const rules = branchRulesJson(repository, protectionOf(repository, request.params["branch"] ?? "").ruleset);
  return page(request, rules, (rule) => rule);
}

async function getBranch(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "read");
  const name = request.params["branch"] ?? "";
  const oid = repository.git.tip(name);
  if (oid === null) throw new WorldRefusal(404, "Branch not found");
  const isProtected = effectiveRules(repository, name) !== noRules;
  return ok({ name, commit: commitJson(await neededCommit(repository, oid)), protected: isProtected });
}

function listBranches(request: RestRequest): RestAnswer {
  const repository = repositoryFor(request, "contents", "read");
  const branches = repository.git.branches().filter(({ name }) => !name.startsWith("fork/"));
  return page(request, branches, ({ name, oid }) => ({
    name,
    commit: { sha: oid },
    protected: repository.rules.has(name),
  }));
}

function getRef(request: RestRequest): RestAnswer {
  const repository = repositoryFor(request, "contents", "read");
  const branch = branchOf(request.params["ref"] ?? "");
  const oid = branch === null ? null : repository.git.tip(branch);
  if (branch === null || oid === null) throw new WorldRefusal(404, "Not Found");
  return ok(refJson(request, repository, { branch, oid }));
}

function matchingRefs(request: RestRequest): RestAnswer {
  const repository = repositoryFor(request, "contents", "read");
  const start = branchOf(request.params["ref"] ?? "");
  const branches = start === null ? [] : repository.git.branches().filter(({ name }) => name.startsWith(start));
  return page(request, branches, ({ name, oid }) => refJson(request, repository, { branch: name, oid }));
}

async function createRef(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "write");
  const { asking, body } = request;
  const ref = neededText(body, "ref");
  const oid = neededText(body, "sha");
  const branch = ref.startsWith("refs/heads/") ? branchOf(ref.slice("refs/".length)) : null;
  if (branch === null || branch === "") throw new WorldRefusal(422, "Reference name must start with 'refs/'.");
  if (repository.git.tip(branch) !== null) throw new WorldRefusal(422, "Reference already exists");
  if (whyNoBranch(repository.git, branch) !== null) throw new WorldRefusal(422, `${ref} is not a valid ref name.`);
  if ((await repository.git.commitOf(oid)) === null) throw new WorldRefusal(422, "Object does not exist");
  await asking.world.branches.move(repository, branch, { oid, by: asking.login });
  return created(refJson(request, repository, { branch, oid }));
}

async function updateRef(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "write");
  const { asking, body, params } = request;
  const branch = branchOf(params["ref"] ?? "");
  const oid = neededText(body, "sha");
  const before = branch === null ? null : repository.git.tip(branch);
  if (branch === null || before === null) throw new WorldRefusal(422, "Reference does not exist");
  if ((await repository.git.commitOf(oid)) === null) throw new WorldRefusal(422, "Object does not exist");
  const forced = !(await repository.git.contains(oid, before));
  if (!flagIn(body, "force") && forced) throw new WorldRefusal(422, "Update is not a fast forward");
  refuseProtected(repository, { branch, after: oid, forced }, asking.login);
  await asking.world.branches.move(repository, branch, { oid, by: asking.login });
  return ok(refJson(request, repository, { branch, oid }));
}

async function deleteRef(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "write");
  const { asking, params } = request;
  const branch = branchOf(params["ref"] ?? "");
  if (branch === null) throw new WorldRefusal(422, "Reference does not exist");
  refuseProtected(repository, { branch, after: null, forced: false }, asking.login);
  if (branch === repository.defaultBranch) throw new WorldRefusal(422, "Cannot delete the default branch");
  await asking.world.branches.remove(repository, branch, asking.login);
  return noContent;
}

/** `base...head`, by branch or commit. */
async function compare(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "read");
  const [baseName = "", headName = ""] = (request.params["basehead"] ?? "").split("...");
  const [base, head] = [await resolved(repository, baseName), await resolved(repository, headName)];
  const { comparison } = await gitAnswer(repository.git, base, head);
  const { ahead, behind, files, mergeBase } = comparison;
  const commits = await Promise.all(ahead.map((oid) => neededCommit(repository, oid)));
  const diverged = ahead.length > 0 && behind > 0;
  return ok({
    status: diverged ? "diverged" : wordFor(ahead.length, behind),
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    base_commit: commitJson(await neededCommit(repository, base)),
    merge_base_commit: mergeBase === null ? null : commitJson(await neededCommit(repository, mergeBase)),
    commits: commits.slice(0, 250).map(commitJson),
    files: files.slice(0, 300).map(fileJson),
  });
}

async function getCommit(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "read");
  return ok(commitJson(await neededCommit(repository, await resolved(repository, request.params["ref"] ?? ""))));
}

async function getContents(request: RestRequest): Promise<RestAnswer> {
  const repository = repositoryFor(request, "contents", "read");
  const path = request.params["path"] ?? "";
  const oid = await resolved(repository, request.query.get("ref") ?? repository.defaultBranch);
  const text = await repository.git.fileAt(oid, path);
  if (text === null) throw new WorldRefusal(404, "Not Found");
  const content = Buffer.from(text).toString("base64");
  return ok({
    type: "file",
    path,
    name: path.split("/").at(-1) ?? path,
    encoding: "base64",
    content,
    size: text.length,
  });
}

/** Rules keep everybody from moving a branch around pull requests, but who bypasses them: 422 [I]. */
function refuseProtected(repository: RepositoryState, move: Parameters<typeof guardBranch>[1], login: string): void {
  const reason = guardBranch(repository, move, login);
  if (reason !== null) throw new WorldRefusal(422, `Repository rule violations found\n\n${reason}\n\n`);
}

function wordFor(ahead: number, behind: number): "ahead" | "behind" | "identical" {
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

function branchOf(ref: string): string | null {
  return ref.startsWith("heads/") ? ref.slice("heads/".length) : null;
}

/** The commit of a name: a branch, a full ref, or a commit. */
async function resolved(repository: RepositoryState, name: string): Promise<string> {
  const tip = repository.git.tip(name.replace(/^(refs\/)?heads\//, "")) ?? repository.git.tip(name);
  if (tip !== null) return tip;
  if ((await repository.git.commitOf(name)) === null) throw new WorldRefusal(404, "Not Found");
  return name;
}

async function neededCommit(repository: RepositoryState, oid: string): Promise<CommitInfo> {
  const commit = await repository.git.commitOf(oid);
  if (commit === null) throw new WorldRefusal(404, "Not Found");
  return commit;
}

function refJson(
  { asking }: RestRequest,
  repository: RepositoryState,
  { branch, oid }: { readonly branch: string; readonly oid: string },
): JsonObject {
  const url = `${asking.world.core.json.urls.api}/repos/${fullNameOf(repository)}/git`;
  return {
    ref: `refs/heads/${branch}`,
    node_id: `REF_${repository.id}_${branch}`,
    url: `${url}/refs/heads/${branch}`,
    object: { sha: oid, type: "commit", url: `${url}/commits/${oid}` },
  };
}

const repositoryPath = "/repos/{owner}/{repo}";

export const gitRoutes: readonly RestRoute[] = [
  route(`GET ${repositoryPath}/rules/branches/{branch*}`, listRules),
  route(`GET ${repositoryPath}/branches`, listBranches),
  route(`GET ${repositoryPath}/branches/{branch*}`, getBranch),
  route(`GET ${repositoryPath}/git/ref/{ref*}`, getRef),
  route(`GET ${repositoryPath}/git/matching-refs/{ref*}`, matchingRefs),
  route(`POST ${repositoryPath}/git/refs`, createRef),
  route(`PATCH ${repositoryPath}/git/refs/{ref*}`, updateRef),
  route(`DELETE ${repositoryPath}/git/refs/{ref*}`, deleteRef),
  route(`GET ${repositoryPath}/compare/{basehead*}`, compare),
  route(`GET ${repositoryPath}/contents/{path*}`, getContents),
  route(`GET ${repositoryPath}/commits/{ref*}`, getCommit),
];
