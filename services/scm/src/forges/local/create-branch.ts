import { ScmError } from "../forge.ts";
import { moveBranch } from "./move-branch.ts";
import { tipOf, type GitPlace } from "./read-branches.ts";

/**
 * The branch exists: made at the tip of `from` by one compare-and-set if it did not, else left as it is. Throws `ScmError`:
 * `invalid` or `conflict` when there can be no such branch, `gone` when `from` is not there, `unavailable` when it may work later.
 */
export async function createBranch(place: GitPlace, { name, from }: { name: string; from: string }): Promise<void> {
  if (!(await isValid(place, name))) throw new ScmError("invalid", `git takes no branch of the name ${name}`);
  if ((await tipOf(place, name)) !== null) return;
  const tip = await tipOf(place, from);
  if (tip === null) throw new ScmError("gone", `branch ${from} is not in the repository`);
  if (await moveBranch(place, { branch: name, from: null, to: tip, why: "create" })) return;
  if ((await tipOf(place, name)) !== null) return;
  const inTheWay = await findInTheWay(place, name);
  if (inTheWay !== null)
    throw new ScmError("conflict", `branch ${inTheWay} is there, so that there cannot be a branch ${name}`);
  throw new ScmError("unavailable", `branch ${name} is locked in the repository`);
}

/** `branchName` of the contracts is about safety; git has more rules, as no part may begin with a dot. */
async function isValid({ git, cwd, signal }: GitPlace, name: string): Promise<boolean> {
  const answer = await git({ cwd, args: ["check-ref-format", `refs/heads/${name}`], signal, answers: [1] });
  return answer.code === 0;
}

/** A branch is a file to git: one cannot be below another. */
async function findInTheWay(place: GitPlace, name: string): Promise<string | null> {
  const parts = name.split("/");
  for (let length = 1; length < parts.length; length += 1) {
    const above = parts.slice(0, length).join("/");
    if ((await tipOf(place, above)) !== null) return above;
  }
  const { git, cwd, signal } = place;
  const args = ["for-each-ref", "--count=1", "--format=%(refname:lstrip=2)", `refs/heads/${name}/`];
  const below = (await git({ cwd, args, signal })).stdout.trim();
  return below === "" ? null : below;
}
