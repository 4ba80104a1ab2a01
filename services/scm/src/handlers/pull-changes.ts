import {
  mergeRefused,
  pullClosed,
  pullMerged,
  pullOpened,
  pullStateChanged,
  pullWaiting,
  reportPull,
  type PrState,
} from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Cause } from "../domain/derive.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { isReminderDue } from "../domain/wait-reminder.ts";
import type { NumberedPull } from "../store/rows.ts";
import type { PullFound } from "../store/save-look.ts";
import type { Judgement } from "./judge-pull.ts";
import { pullDraft } from "./pull-draft.ts";

/** A cause for the town is at most this long; the contract allows 20,000. */
const longestCause = 19_000;
const closedWithoutWord = "closed on the forge";

interface Seen {
  readonly snapshot: Snapshot;
  readonly judgement: Judgement;
  readonly now: Date;
  /** This reading was not judged before. */
  readonly fresh: boolean;
}

/** What a look changes, and when the next one is planned apart from it. */
type Changes = Omit<PullFound, "nextInMs" | "judged">;

/** What a look changes, and all that is to be told of it: events for everybody, a report for the town. */
export function pullChanges(pull: NumberedPull, seen: Seen): Changes {
  const { snapshot, judgement } = seen;
  const { derived, gate } = judgement;
  const after = stateAfter(pull, seen);
  // Nobody in the town knows of one that no bead follows.
  const told = pull.bead !== null && (pull.reportDue || isNews(pull, after));
  const revision = pull.revision + (told ? 1 : 0);
  return {
    set: { ...after, revision },
    outbox: [
      ...eventsOf(pull, after),
      ...(gate?.gate === "refuse" ? [refusalOf(pull, derived.state, gate.message)] : []),
      ...(after.waitToldAt === seen.now ? [reminderOf(pull, after, seen.now)] : []),
      ...(told ? [pullReport({ ...pull, ...after, revision }, snapshot.url)] : []),
    ],
    settled: judgement.settled,
    baseMoved: derived.state === "merged" && pull.state !== "merged",
  };
}

function stateAfter(pull: NumberedPull, seen: Seen) {
  const { snapshot, judgement, fresh } = seen;
  const wishes = { ...wishesAfter(pull, judgement), announced: true, reportDue: false };
  const { state } = judgement.derived;
  if (state === "stale_read" && pull.state !== null) {
    // What was seen before stays: this reading is of the past (scm §1.8: a flag beside the value).
    return { ...wishes, ...lastSeen(pull, pull.state), staleLooks: pull.staleLooks + (fresh ? 1 : 0) };
  }
  const { title, body } = snapshot.provider === "local" ? pull : snapshot;
  return {
    ...wishes,
    ...stateOf(pull, seen),
    staleLooks: 0,
    title,
    body,
    draft: snapshot.draft,
    headCommit: snapshot.head,
    headSeenAt: snapshot.head === pull.headCommit ? pull.headSeenAt : seen.now,
    mergeableHead: isMergeable(snapshot) ? snapshot.head : pull.mergeableHead,
    mergeCommit: snapshot.mergeSha,
  };
}

function lastSeen(pull: NumberedPull, state: PrState) {
  const { status, causes, since, headCommit, mergeCommit, waitToldAt } = pull;
  return { state, status, causes, since, headCommit, mergeCommit, waitToldAt };
}

function stateOf(pull: NumberedPull, { judgement, now, fresh }: Seen) {
  const { derived } = judgement;
  const { state } = derived;
  const changed = state !== pull.state;
  const since = changed ? now : pull.since;
  const toldAt = changed ? null : pull.waitToldAt;
  const wait = { state, since: since.getTime(), toldAt: toldAt?.getTime() ?? null };
  return {
    state,
    status: statusOf(state),
    causes: derived.causes.map((cause) => ({ state: cause.state, message: cause.message.slice(0, longestCause) })),
    since,
    sameLooks: changed ? 0 : pull.sameLooks + (fresh ? 1 : 0),
    mergedAt: state === "merged" && changed ? now : pull.mergedAt,
    waitToldAt: isReminderDue(wait, now.getTime()) ? now : toldAt,
  };
}

function reminderOf(pull: NumberedPull, after: After & Pick<NumberedPull, "since">, now: Date): OutboxDraft {
  const { state, since, causes, headCommit } = after;
  const cause = causes.find((one) => one.state === state);
  const waitedMs = now.getTime() - since.getTime();
  const said = { state, cause: cause === undefined ? "" : firstLine(cause), headCommit: headCommit ?? "", waitedMs };
  return pullDraft(pull, pullWaiting, said);
}

/** The report of a pull request as it was last seen: a whole view, so that the newest one is enough. */
export function pullReport(pull: NumberedPull, url: string): OutboxDraft {
  return pullDraft(pull, reportPull, {
    url,
    head: pull.headCommit ?? "",
    state: pull.state ?? "unknown",
    causes: pull.causes,
    since: pull.since.toISOString(),
    mergeCommit: pull.mergeCommit,
    revision: pull.revision,
    branch: pull.headBranch,
    base: pull.baseBranch,
  });
}

/** Wishes are granted by now; a wish to merge stays until it is granted or refused. */
function wishesAfter(pull: NumberedPull, { derived, gate }: Judgement) {
  const over = gate === null || gate.gate === "refuse" || gate.gate === "granted";
  const keepsMerge = !over && derived.action.do !== "end";
  return { draftWish: null, closeWish: null, mergeWish: keepsMerge ? pull.mergeWish : null };
}

function statusOf(state: PrState): "open" | "closed" | "merged" {
  return state === "merged" || state === "closed" ? state : "open";
}

/** The forge could tell whether it merges: then not all of the head is in the base yet. */
function isMergeable(snapshot: Snapshot): boolean {
  return snapshot.state === "open" && snapshot.conflict !== "unknown" && snapshot.gate !== "other";
}

type After = Pick<NumberedPull, "headCommit" | "mergeCommit" | "causes"> & { readonly state: PrState };

function isNews(pull: NumberedPull, after: After): boolean {
  return (
    pull.state !== after.state ||
    pull.headCommit !== after.headCommit ||
    pull.mergeCommit !== after.mergeCommit ||
    JSON.stringify(pull.causes) !== JSON.stringify(after.causes)
  );
}

function eventsOf(pull: NumberedPull, after: After): OutboxDraft[] {
  const headCommit = after.headCommit ?? "";
  const opened = { head: pull.headBranch, base: pull.baseBranch, headCommit, title: pull.title };
  const changed = { from: pull.state, to: after.state, causes: after.causes.map(firstLine), headCommit };
  return [
    ...(pull.announced ? [] : [pullDraft(pull, pullOpened, opened)]),
    ...(pull.state === after.state ? [] : [pullDraft(pull, pullStateChanged, changed), ...endOf(pull, after)]),
  ];
}

function endOf(pull: NumberedPull, after: After): OutboxDraft[] {
  if (after.state === "closed")
    return [pullDraft(pull, pullClosed, { reason: pull.closeWish ?? pull.closeReason ?? closedWithoutWord })];
  if (after.state !== "merged") return [];
  const headCommit = after.headCommit ?? "";
  return [
    pullDraft(pull, pullMerged, { headCommit, mergeCommit: after.mergeCommit ?? headCommit, base: pull.baseBranch }),
  ];
}

function refusalOf(pull: NumberedPull, state: PrState, message: string): OutboxDraft {
  return pullDraft(pull, mergeRefused, {
    expectedHead: pull.mergeWish ?? "",
    state,
    message: message.slice(0, longestCause),
  });
}

function firstLine({ message }: Cause): string {
  return message.split("\n", 1)[0] ?? "";
}
