import { whyNoBranch } from "../../github-double/git/branch-name.ts";
import { afterMoves } from "../pushes.ts";
import { roles, type Project } from "../types.ts";
import { needed, projectAs, projectOf, RestRefusal, text, type RestCall, type Route } from "./rest-call.ts";

/** Branches and commits. */
export const branchRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/projects/:id/repository/branches/:branch",
    answer: (call) => {
      const project = projectOf(call);
      return { status: 200, body: branchShape(project, tipOf(call, project)) };
    },
  },
  { method: "POST", template: "/projects/:id/repository/branches", answer: createBranch },
  { method: "DELETE", template: "/projects/:id/repository/branches/:branch", answer: deleteBranch },
  { method: "GET", template: "/projects/:id/repository/compare", answer: compare },
  {
    method: "GET",
    template: "/projects/:id/repository/commits/:sha",
    answer: async (call) => {
      const { git } = projectOf(call);
      const commit = await commitOf(git, call.path["sha"] ?? "");
      if (commit === null) throw new RestRefusal(404, "404 Commit Not Found");
      return { status: 200, body: commitShape(commit) };
    },
  },
];

interface Tip {
  readonly name: string;
  readonly commit: string;
}

function tipOf({ path }: RestCall, { git }: Project): Tip {
  const name = path["branch"] ?? "";
  const commit = git.tip(name);
  if (commit === null) throw new RestRefusal(404, "404 Branch Not Found");
  return { name, commit };
}

function branchShape(project: Project, { name, commit }: Tip) {
  const isDefault = name === project.defaultBranch;
  return { name, commit: { id: commit, short_id: commit.slice(0, 8) }, default: isDefault, protected: isDefault };
}

async function createBranch(call: RestCall) {
  const project = projectAs(call, roles.developer);
  const { git } = project;
  const [name, ref] = [needed(call, "branch"), needed(call, "ref")];
  const trouble = whyNoBranch(git, name);
  if (trouble === "name") throw new RestRefusal(400, "Branch name is invalid");
  if (git.tip(name) !== null) throw new RestRefusal(400, "Branch already exists");
  const commit = git.tip(ref) ?? (await commitOf(git, ref))?.oid ?? null;
  if (commit === null) throw new RestRefusal(400, `Invalid reference name: ${ref}`);
  if (trouble !== null)
    throw new RestRefusal(400, `Failed to create branch '${name}': invalid reference name '${name}'`);
  await git.setBranch(name, commit);
  const moves = [{ branch: name, before: null, after: commit }];
  await afterMoves(call.state, { project, by: call.token.person, moves });
  return { status: 201, body: branchShape(project, { name, commit }) };
}

async function deleteBranch(call: RestCall) {
  const project = projectAs(call, roles.developer);
  const { name, commit } = tipOf(call, project);
  if (name === project.defaultBranch)
    throw new RestRefusal(
      403,
      "You are not allowed to delete protected branches from this project. Only a project maintainer or owner can delete a protected branch.",
    );
  await project.git.setBranch(name, null);
  const moves = [{ branch: name, before: commit, after: null }];
  await afterMoves(call.state, { project, by: call.token.person, moves });
  return { status: 204 };
}

async function compare(call: RestCall) {
  const { git } = projectOf(call);
  const [from, to] = [needed(call, "from"), needed(call, "to")];
  const resolve = async (name: string) => git.tip(name) ?? (await commitOf(git, name))?.oid ?? null;
  const [base, head] = [await resolve(from), await resolve(to)];
  if (base === null || head === null) throw new RestRefusal(404, "404 Ref Not Found");
  if (text(call, "straight") === "true") throw new Error("the double compares with the merge base only");
  const { ahead, files } = await git.compare(base, head);
  const commits = [];
  for (const oid of ahead) {
    const commit = await git.commitOf(oid);
    if (commit !== null) commits.push(commitShape(commit));
  }
  const diffs = files.map(({ path, status }) => ({
    old_path: path,
    new_path: path,
    new_file: status === "added",
    deleted_file: status === "removed",
  }));
  return { status: 200, body: { commits, diffs, compare_timeout: false, compare_same_ref: base === head } };
}

type Git = Project["git"];
type Commit = NonNullable<Awaited<ReturnType<Git["commitOf"]>>>;

function commitOf(git: Git, sha: string): Promise<Commit | null> {
  return /^[0-9a-f]{40}$/.test(sha) ? git.commitOf(sha) : Promise.resolve(null);
}

function commitShape({ oid, message, author, committedAt, parents }: Commit) {
  return {
    id: oid,
    short_id: oid.slice(0, 8),
    title: message.split("\n")[0],
    message,
    author_name: author.name,
    author_email: author.email,
    committed_date: new Date(committedAt).toISOString(),
    parent_ids: parents,
  };
}
