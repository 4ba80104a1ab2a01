import { z } from "zod";

const slug = () =>
  z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
      "must be 1-32 of a-z, 0-9 and '-', and begin and end with a letter or digit",
    );

/** A town id: one subject token, 1–32 of `[a-z0-9-]`, beginning and ending with a letter or digit (architecture §3). */
export const townId = slug();

/** A rig id: the rig's name in its town, same alphabet as a town id. */
export const rigId = slug();

/** The letters before the dash in the ids of a rig's beads. */
export const rigPrefix = z.string().regex(/^[a-z]{2,6}$/, "must be 2-6 letters a-z");

/** A bead id: `<rig prefix>-<base36 number>`, unique in its town. Agents are beads, so an agent id is a bead id. */
export const beadId = z.string().regex(/^[a-z]{2,6}-[0-9a-z]{1,10}$/, "must look like gt-1a2");

/** The prefix of beads that belong to a town and not to one of its rigs. */
export const townBeadPrefix = "hq";

/** A nudge id, `n-<base36 number>`, from the same running number as the town's beads. */
export const nudgeId = z.string().regex(/^n-[0-9a-z]{1,10}$/, "must look like n-1a2");

/** A command or event id: one subject token, so that a verdict can be addressed by it. */
export const messageId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1-64 of A-Z, a-z, 0-9, '_' and '-'");

/** A git object id, SHA-1 or SHA-256, in full. */
export const commitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "must be a full commit id");

/**
 * A git branch name that is safe as an argument and as a ref (kilo-container-api §4.2): no control characters, blanks
 * or any of `~^:?*[\`, no `..`, no `@{`, no leading dash or slash, no trailing slash, dot or `.lock`.
 */
export const branchName = z
  .string()
  .min(1)
  .max(200)
  .regex(
    /^(?!-)(?!\/)(?!.*\.\.)(?!.*\/\/)(?!.*@\{)[^\u0000-\u0020\u007f~^:?*[\\]+(?<!\/)(?<!\.)(?<!\.lock)$/,
    "is not a branch name git accepts",
  );

/** Builds a bead id from the rig's prefix and the town's running number. */
export function formatBeadId(prefix: string, number: number): string {
  return `${prefix}-${number.toString(36)}`;
}
