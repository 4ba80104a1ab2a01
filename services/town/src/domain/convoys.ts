import type { Bead, Convoy, Issue, Landing, MergeRequest } from "./bead.ts";
import { isEnded } from "./bead.ts";
import type { Snapshot } from "./snapshot.ts";
import { convoyOf, issueOf, mergeRequestOf, type TownState } from "./state.ts";

/** The convoy that a merge request lands; undefined when it hands in a work item or was adopted. */
export function landedBy(state: TownState, { request }: MergeRequest): Convoy | undefined {
  return request.source === null ? undefined : convoyOf(state, request.source);
}

/** How far the beads of a convoy are; those that were deleted do not count. */
export interface Progress {
  /** Closed, with nothing of theirs in review any more. */
  readonly closed: readonly Issue[];
  readonly failed: readonly Issue[];
  readonly unfinished: readonly Issue[];
}

/** The progress of a convoy as its beads have it now. */
export function progressOf(state: TownState, { members }: Convoy): Progress {
  const beads = members.flatMap((id) => issueOf(state, id) ?? []);
  const inReview = new Set(
    [...state.beads.values()].flatMap((bead) => (isLiveRequest(bead) ? bead.request.source : [])),
  );
  const isDone = (issue: Issue) => isEnded(issue) && !inReview.has(issue.bead);
  return {
    closed: beads.filter((issue) => issue.status === "closed" && isDone(issue)),
    failed: beads.filter((issue) => issue.status === "failed" && isDone(issue)),
    unfinished: beads.filter((issue) => !isDone(issue)),
  };
}

function isLiveRequest(bead: Bead): bead is MergeRequest {
  return bead.type === "merge_request" && !isEnded(bead);
}

/**
 * Its work is complete: it was started, something of it was done, and no bead in any of its rigs is unfinished. A failed one
 * keeps it back unless the town lands partially (W26).
 */
export function isComplete(snapshot: Snapshot, convoy: Convoy): boolean {
  const { closed, failed, unfinished } = progressOf(snapshot, convoy);
  const { landPartially } = snapshot.town.policy;
  return !convoy.staged && unfinished.length === 0 && closed.length > 0 && (failed.length === 0 || landPartially);
}

/** Where a complete convoy is with its landing in one rig. */
export type LandingStep =
  | { readonly is: "landed" }
  /** It reached the default branch, or there is nothing that could: that is to be noted. */
  | { readonly is: "through" }
  | { readonly is: "requested"; readonly request: string }
  /** The pull request of its last attempt is not closed yet: a branch has one at a time. */
  | { readonly is: "clearing"; readonly pull: number }
  | { readonly is: "cooling"; readonly until: number; readonly failed: number }
  | { readonly is: "due" }
  /** All its attempts have failed. */
  | { readonly is: "exhausted"; readonly reason: string };

/** The next step of a landing at `now`: kilo-town §3.5 rule 6, for one rig. */
export function landingStep(snapshot: Snapshot, landing: Landing, now: number): LandingStep {
  if (landing.landedAt !== null) return { is: "landed" };
  // Nobody can have worked for it where its branch never was, or where there is no repository any more.
  if (landing.branchState !== "ready" || !snapshot.rigs.has(landing.rig)) return { is: "through" };
  if (landing.attempts === 0) return { is: "due" };
  const last = mergeRequestOf(snapshot, landing.request ?? "");
  if (last === undefined)
    return afterFailure(landing, { reason: "its merge request is gone", at: 0 }, { snapshot, now });
  return isEnded(last) ? afterEnd(landing, last, { snapshot, now }) : { is: "requested", request: last.bead };
}

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
}

function afterEnd(landing: Landing, last: MergeRequest, at: At): LandingStep {
  const { pull } = last.request;
  // A person may merge what was given up (W5).
  if (last.status === "closed" || pull?.state === "merged") return { is: "through" };
  const reason = last.failure?.message ?? "no reason was told";
  const step = afterFailure(landing, { reason, at: last.updatedAt }, at);
  const isOpen = pull !== null && pull.state !== "closed";
  return isOpen && step.is !== "exhausted" ? { is: "clearing", pull: pull.number } : step;
}

function afterFailure(
  { attempts, lastAttemptAt }: Landing,
  failure: { reason: string; at: number },
  { snapshot, now }: At,
): LandingStep {
  const { maxLandingAttempts, landingCooldownMs, landingCooldownMaxMs } = snapshot.town.policy;
  if (attempts >= maxLandingAttempts) return { is: "exhausted", reason: failure.reason };
  const failedAt = Math.max(lastAttemptAt ?? 0, failure.at);
  const until = failedAt + Math.min(2 ** attempts * landingCooldownMs, landingCooldownMaxMs);
  return now < until ? { is: "cooling", until, failed: attempts } : { is: "due" };
}
