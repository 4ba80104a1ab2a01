import { reworkStates, type Policy, type PrState } from "@gastown/contracts";
import type { Issue, MergeRequest, Pull, Request } from "./bead.ts";
import type { Notes } from "./rule.ts";
import { aboutRequest } from "./waiting.ts";

/** What keeps a head from being merged until somebody changes it. */
export interface Objection {
  readonly why: "conflict" | "feedback" | "rework";
  readonly reason: string;
  readonly pull: Pull;
}

/**
 * What is objected to in the head that was handed in last; null when nothing is. Only what an author can act on counts (scm
 * §2.1), however often it is told: an objection is one for each head (W21).
 */
export function objectionTo({ pull, awaitsReport, review, reviewHead }: Request): Objection | null {
  if (pull === null || awaitsReport) return null;
  if (review === "changes_requested" && reviewHead === pull.head) {
    return { why: "rework", reason: "the refinery asks for changes", pull };
  }
  const state = actionableState(pull);
  if (state === null) return null;
  const why = state === "conflicts" ? "conflict" : "feedback";
  return { why, reason: `its pull request is in state ${state}`, pull };
}

/** What its author can act on; a draft hides none of it, only its merge waits (scm §2.1). Null when there is nothing. */
function actionableState({ state, causes }: Pull): PrState | null {
  if (reworkStates.has(state)) return state;
  if (state !== "draft") return null;
  return causes.find((cause) => reworkStates.has(cause.state))?.state ?? null;
}

/**
 * The objection to work that was said to be pushed, when the forge, asked again, still has the head that went back; null when
 * there is none. One answer may have been on its way while it was pushed; an answer to a second question was not.
 */
export function unpushed({ request, updatedAt }: MergeRequest, source: Issue, policy: Policy): Objection | null {
  const { pull, awaitsReport, reworkedHead, openAskedAt } = request;
  if (pull === null || !awaitsReport || pull.head !== reworkedHead || openAskedAt === null) return null;
  const askedAgain = openAskedAt - source.updatedAt >= policy.askAgainMs;
  if (!askedAgain || updatedAt < openAskedAt) return null;
  return { why: "feedback", reason: "what was handed in was not pushed", pull };
}

/** The objection in words for whoever is to act on it. */
export function feedbackOf({ why, reason, pull }: Objection, request: Request, round: string): string {
  const causes = pull.causes
    .filter((cause) => reworkStates.has(cause.state))
    .map((cause) => `- ${cause.state}: ${cause.message}`);
  const review = why === "rework" ? [`- the reviewer asks for changes: ${request.reviewSummary ?? ""}`] : [];
  const said = [...causes, ...review];
  const because = said.length === 0 ? [`- ${reason}`] : said;
  return [`${round}: pull request #${pull.number} came back at ${pull.head}.`, ...because].join("\n");
}

/** The code of a merge request that waits because its town leaves such objections to people. */
export const leftToPeople = "left_to_people";

/** The setting that leaves it to people; null when agents act on it. What our own refinery says always goes back (kilo-town §1.12). */
function leavingSetting({ why }: Objection, policy: Policy): string | null {
  if (why === "conflict" && !policy.autoResolveConflicts) return "autoResolveConflicts";
  return why === "feedback" && !policy.autoResolveFeedback ? "autoResolveFeedback" : null;
}

/**
 * Whether the objection is left to people. They are told of it once for each head, and it is explained for as long as it lasts; it
 * is over when the forge tells of another head or state, whoever brought that about.
 */
export function leave(bead: MergeRequest, objection: Objection, at: { policy: Policy; notes: Notes }): boolean {
  const setting = leavingSetting(objection, at.policy);
  if (setting === null) return false;
  const { reason, pull } = objection;
  if (bead.request.stuck?.head !== pull.head) {
    const message = `${reason}, and ${setting} is off`;
    at.notes.decide({ do: "park-request", bead: bead.bead, code: leftToPeople, message, head: pull.head });
    return true;
  }
  const says = `waits for a person: ${reason}, and ${setting} is off`;
  const movesWhen = `a person puts it right on ${bead.request.branch}, or ${setting} is switched on`;
  for (const explanation of aboutRequest(bead, { says, movesWhen, until: null })) at.notes.explain(explanation);
  return true;
}
