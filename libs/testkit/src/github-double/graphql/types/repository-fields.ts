import { iso } from "../../rest/json/json-context.ts";
import { fullNameOf } from "../../rest/json/repository-json.ts";
import type { PullState, RepositoryState } from "../../world/world-types.ts";
import { connection } from "../connection.ts";
import { numberOf, textOf, textsOf, type Args, type Fields } from "../fields.ts";
import { actorSource, commitSource, pullSource, refSource, type RepositorySource } from "../sources.ts";
import { TypedError } from "../typed-error.ts";

export const repositoryFields: Fields<RepositorySource> = {
  id: ({ repository }) => repository.nodeId,
  databaseId: ({ repository }) => repository.id,
  name: ({ repository }) => repository.name,
  nameWithOwner: ({ repository }) => fullNameOf(repository),
  owner: ({ repository }, _, context) => actorSource(context, repository.owner),
  url: ({ repository }, _, { asking }) => `${asking.world.core.json.urls.web}/${fullNameOf(repository)}`,
  resourcePath: ({ repository }) => `/${fullNameOf(repository)}`,
  createdAt: ({ repository }) => iso(repository.createdAt),
  isPrivate: ({ repository }) => repository.private,
  isArchived: ({ repository }) => repository.archived,
  isFork: () => false,
  isDisabled: () => false,
  isLocked: () => false,
  visibility: ({ repository }) => (repository.private ? "PRIVATE" : "PUBLIC"),
  mergeCommitAllowed: ({ repository }) => repository.mergeMethods.includes("merge"),
  squashMergeAllowed: ({ repository }) => repository.mergeMethods.includes("squash"),
  rebaseMergeAllowed: ({ repository }) => repository.mergeMethods.includes("rebase"),
  autoMergeAllowed: ({ repository }) => repository.autoMerge,
  allowUpdateBranch: () => true,
  deleteBranchOnMerge: ({ repository }) => repository.deleteBranchOnMerge,
  viewerDefaultMergeMethod: ({ repository }) => (repository.mergeMethods[0] ?? "merge").toUpperCase(),
  viewerCanAdminister: ({ repository }, _, { asking }) => asking.may(repository, "administration", "write"),
  viewerPermission: ({ repository }, _, { asking }) => {
    const { caller } = asking;
    if (caller.kind !== "user") return asking.may(repository, "contents", "write") ? "WRITE" : "READ";
    return asking.world.repositories.permissionOf(repository, caller.login)?.toUpperCase() ?? null;
  },
  defaultBranchRef: ({ repository }) => refSource(repository, repository.defaultBranch),
  ref: ({ repository }, args) => refOf(repository, textOf(args, "qualifiedName") ?? ""),
  object: ({ repository }, args) => objectOf(repository, args),
  pullRequest: ({ repository }, args, context) => {
    const number = numberOf(args, "number") ?? 0;
    const pull = context.asking.world.pulls.find(repository, number);
    if (pull !== null) return pullSource(context, pull);
    throw new TypedError("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
  },
  pullRequests: ({ repository }, args, context) =>
    connection(selected(repository, args), args, (pull) => pullSource(context, pull)),
};

function refOf(repository: RepositoryState, qualified: string): object | null {
  const branch = qualified.replace(/^refs\/heads\//, "");
  return repository.git.tip(branch) === null ? null : refSource(repository, branch);
}

/** By commit id, or by the name of a branch. Paths are not known here. */
async function objectOf(repository: RepositoryState, args: Args): Promise<object | null> {
  const wanted = textOf(args, "oid") ?? textOf(args, "expression") ?? repository.defaultBranch;
  const oid = repository.git.tip(wanted.replace(/^refs\/heads\//, "")) ?? wanted;
  return (await repository.git.commitOf(oid)) === null ? null : commitSource(repository, oid);
}

function selected(repository: RepositoryState, args: Args): readonly PullState[] {
  const states = textsOf(args, "states");
  const [head, base] = [textOf(args, "headRefName"), textOf(args, "baseRefName")];
  const labels = textsOf(args, "labels");
  const pulls = [...repository.pulls.values()].filter(
    (pull) =>
      (states === null || states.includes(pull.state)) &&
      (head === null || pull.headRef === head) &&
      (base === null || pull.baseRef === base) &&
      (labels === null || labels.some((label) => pull.labels.has(label))),
  );
  const order = args["orderBy"];
  if (typeof order !== "object" || order === null || !("field" in order && "direction" in order)) return pulls;
  const at = (pull: PullState) => (order.field === "UPDATED_AT" ? pull.updatedAt : pull.createdAt);
  const sorted = pulls.toSorted((a, b) => at(a) - at(b) || a.number - b.number);
  return order.direction === "DESC" ? sorted.toReversed() : sorted;
}
