import type { RepoRef } from "../forges/forge.ts";

/** The key of a rig's repository in its table. */
export function repoId({ town, rig }: RepoRef): string {
  return `${town}/${rig}`;
}

/** The key of a branch that is to be made; no town or rig id has a slash. */
export function branchId({ town, rig }: RepoRef, branch: string): string {
  return `${town}/${rig}/${branch}`;
}
