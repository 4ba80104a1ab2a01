import type { JsonObject } from "../../ports.ts";
import type { RepositoryState } from "../../world/world-types.ts";
import { accountJson } from "./account-json.ts";
import { iso, type JsonContext } from "./json-context.ts";

/** `owner/name`. */
export function fullNameOf(repository: { readonly owner: string; readonly name: string }): string {
  return `${repository.owner}/${repository.name}`;
}

/** A repository as REST writes it to those who may read it. */
export function repositoryJson(context: JsonContext, repository: RepositoryState): JsonObject {
  const fullName = fullNameOf(repository);
  const url = `${context.urls.api}/repos/${fullName}`;
  const htmlUrl = `${context.urls.web}/${fullName}`;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: accountJson(context, repository.owner),
    html_url: htmlUrl,
    clone_url: `${htmlUrl}.git`,
    git_url: `${htmlUrl}.git`,
    ssh_url: `${htmlUrl}.git`,
    url,
    description: null,
    fork: false,
    archived: repository.archived,
    disabled: false,
    default_branch: repository.defaultBranch,
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.createdAt),
    pushed_at: iso(repository.createdAt),
    topics: [],
    open_issues_count: [...repository.pulls.values()].filter(({ state }) => state === "OPEN").length,
  };
}

/** What only `GET /repos/{owner}/{repo}` tells, and only to those who may push. */
export function mergeSettingsJson(repository: RepositoryState): JsonObject {
  return {
    allow_merge_commit: repository.mergeMethods.includes("merge"),
    allow_squash_merge: repository.mergeMethods.includes("squash"),
    allow_rebase_merge: repository.mergeMethods.includes("rebase"),
    allow_auto_merge: repository.autoMerge,
    allow_update_branch: true,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
  };
}
