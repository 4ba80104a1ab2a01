/** The branch on which a convoy gathers its work; agents' branches are its siblings (kilo-town §1.7). */
export function convoyBranch(title: string, convoy: string): string {
  return `convoy/${slug(title)}/${convoy}/head`;
}

/** The convoy whose feature branch has this name; null when it is none of that form. */
export function convoyOfBranch(branch: string): string | null {
  return /^convoy\/[^/]+\/([a-z]{2,6}-[0-9a-z]{1,10})\/head$/.exec(branch)?.[1] ?? null;
}

/** Lower case, other characters to `-`, at most 40 (kilo-town §1.7). */
function slug(title: string): string {
  const made = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, "");
  return made === "" ? "convoy" : made;
}
