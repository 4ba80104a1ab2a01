import { refusePull } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { PullRow } from "../store/rows.ts";

/** Why a bead can have no pull request, or not this one, for good. */
export type RefusalCode =
  /** The branch is to be merged into itself. */
  | "head_is_base"
  /** Another pull request merges the branch already. */
  | "head_has_pull"
  /** The bead has a pull request of other branches, or follows another one. */
  | "bead_has_pull"
  /** The base has all of the branch. */
  | "branch_missing"
  | "nothing_to_merge"
  | "pr_not_found"
  /** Its branch is in a fork, where agents cannot push. */
  | "foreign_branch"
  | "pr_closed"
  | "already_followed";

type About = Pick<PullRow, "town" | "rig" | "causationId" | "correlationId"> & { readonly bead: string };

/** The contract allows 2,000. */
const longestReason = 1_900;

/** Tells the town that what it asked for a bead can never be. */
export function refusalDraft(about: About, code: RefusalCode, reason: string): OutboxDraft {
  const { town, rig, bead, causationId, correlationId } = about;
  return {
    descriptor: refusePull,
    town,
    data: { bead, rig, code, reason: reason.slice(0, longestReason) },
    actor: "service:scm",
    subject: `bead/${bead}`,
    causationId,
    correlationId,
  };
}
