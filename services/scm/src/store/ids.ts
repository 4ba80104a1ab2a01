import type { RepoRef } from "../forges/forge.ts";

/** The key of a rig's repository in its table. */
export function repoId({ town, rig }: RepoRef): string {
  return `${town}/${rig}`;
}
