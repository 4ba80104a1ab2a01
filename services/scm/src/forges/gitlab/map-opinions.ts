import type { Objection, Snapshot } from "../../domain/snapshot.ts";
import type { GitlabApprovals, GitlabNote, GitlabReviewer } from "./gitlab-shapes.ts";

/** What was read of people's opinions. */
export interface OpinionReading {
  readonly approvals: GitlabApprovals;
  readonly reviewers: readonly GitlabReviewer[];
  readonly notes: readonly GitlabNote[];
  /** When the head became the head; null when it was not asked for. */
  readonly headSince: string | null;
  /** The user whose token we have: its approval is no person's. */
  readonly self: number;
  readonly author: number;
}

type Opinions = Pick<Snapshot, "review" | "objections" | "approvals">;

/**
 * What people think of the head. A reviewer who requested changes objects until they approve or are asked again, also where GitLab
 * lets it be merged over that (the free tier). Where approvals are required GitLab counts them; where not, those on this head.
 */
export function mapOpinions(reading: OpinionReading): Opinions {
  const { approvals, reviewers } = reading;
  const objections = reviewers
    .filter(({ state }) => state === "requested_changes")
    .map(({ user }) => objectionOf(user, reading));
  const required = approvals.approvals_required ?? null;
  const left = approvals.approvals_left ?? 0;
  const given = required === null || required === 0 ? countOn(reading) : Math.max(0, required - left);
  return { objections, approvals: { given, required }, review: wordFor(objections, left, required) };
}

function wordFor(objections: readonly Objection[], left: number, required: number | null): Snapshot["review"] {
  if (objections.some((objection) => !objection.outdated)) return "changes_requested";
  if (left > 0) return "required";
  return required === null || required === 0 ? "none" : "approved";
}

/** GitLab does not say on which commit changes were requested: it was an earlier one when that person did nothing since the head. */
function objectionOf(user: { id: number; username: string }, { notes, headSince }: OpinionReading): Objection {
  const theirs = notes.filter((note) => note.author.id === user.id);
  const last = Math.max(...theirs.map((note) => Date.parse(note.created_at)));
  const words = theirs.findLast((note) => !note.system && !note.resolved);
  const outdated = theirs.length > 0 && headSince !== null && last < Date.parse(headSince);
  return { reviewer: user.username, body: words?.body ?? "", outdated };
}

/** Approvals of people on this very head; one without a time counts, as GitLab keeps it. */
function countOn({ approvals, headSince, self, author }: OpinionReading): number {
  const since = headSince === null ? Number.NEGATIVE_INFINITY : Date.parse(headSince);
  return approvals.approved_by.filter(
    ({ user, approved_at: at }) =>
      user.id !== self && user.id !== author && (typeof at !== "string" || Date.parse(at) >= since),
  ).length;
}
