import type { GitRepo } from "../ports.ts";

/** Why there cannot be a branch of this name: git takes no such name, or a branch above or below is in its way; null: there can. */
export function whyNoBranch(repo: Pick<GitRepo, "branches">, name: string): "name" | "other branch" | null {
  if (!isBranchName(name)) return "name";
  const inTheWay = repo.branches().some((one) => name.startsWith(`${one.name}/`) || one.name.startsWith(`${name}/`));
  return inTheWay ? "other branch" : null;
}

/** The rules of git-check-ref-format that somebody is likely to break. */
function isBranchName(name: string): boolean {
  const fine = name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
  return fine && !/[\s~^:?*[\\]|\.\.|@\{|\.$/.test(name);
}
