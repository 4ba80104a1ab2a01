import {
  mergeRefused,
  pullClosed,
  pullMerged,
  pullOpened,
  pullStateChanged,
  reportPull,
  type PrState,
} from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Cause } from "../domain/derive.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { PullFound } from "../store/pull-look.ts";
import type { NumberedPull } from "../store/rows.ts";
import type { Judgement } from "./judge-pull.ts";
import { pullDraft } from "./pull-draft.ts";

/** A cause for the town is at most this long; the contract allows 20,000. */
const longestCause = 19_000;
const closedWithoutWord = "closed on the forge";

interface Seen {
  readonly snapshot: Snapshot;
  readonly judgement: Judgement;
  readonly now: Date;
}

/** What a look changes, and all that is to be told of it: events for everybody, a report for the town. */
export function pullChanges(pull: NumberedPull, seen: Seen): PullFound {
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
      ...(told ? [pullReport({ ...pull, ...after, revision }, snapshot.url)] : []),
    ],
    settled: judgement.settled,
    nextInMs: judgement.nextInMs,
    baseMoved: derived.state === "merged" && pull.state !== "merged",
  };
}

function stateAfter(pull: NumberedPull, { snapshot, judgement, now }: Seen) {
  const { derived } = judgement;
  const changed = derived.state !== pull.state;
  return {
    ...wishesAfter(pull, judgement),
    status: statusOf(derived.state),
    draft: snapshot.draft,
    headCommit: snapshot.head,
    headSeenAt: snapshot.head === pull.headCommit ? pull.headSeenAt : now,
    mergeableHead: isMergeable(snapshot) ? snapshot.head : pull.mergeableHead,
    mergeCommit: snapshot.mergeSha,
    state: derived.state,
    causes: derived.causes.map(({ state, message }) => ({ state, message: message.slice(0, longestCause) })),
    since: changed ? now : pull.since,
    sameLooks: changed ? 0 : pull.sameLooks + 1,
    announced: true,
    reportDue: false,
  };
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
  const keepsMerge = gate !== null && gate.gate !== "refuse" && derived.action.do !== "end";
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
