import { span, withTrace, type TraceCarrier } from "@gastown/telemetry";
import type { Snapshot } from "../domain/snapshot.ts";
import { ScmError } from "../forges/forge.ts";
import { wantCheck } from "../store/checks.ts";
import { rigCheckName } from "../store/local-ledger.ts";
import { settleAttempt, startAttempt } from "../store/merge-attempts.ts";
import { loadPullLook, savePullLook, type PullLook } from "../store/pull-look.ts";
import { isNumbered, type NumberedPull, type PullRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import { judgePull, type Judgement } from "./judge-pull.ts";
import { pullChanges, pullReport } from "./pull-changes.ts";

/** `again`: something has changed since it was read, or was just done; what it comes to is seen by looking. */
type Looked = "settled" | "again";
type NumberedLook = PullLook & { pull: NumberedPull };

/** More rounds than any way through: a pull request that changes all the time gives others their turn. */
const mostRounds = 12;
const openingLadderMs = [1_000, 5_000, 15_000, 60_000, 300_000];

/**
 * Afterwards all wishes for the pull request are granted or refused, its state is stored, and whoever is concerned is told.
 * Looks at everything each time: what woke it does not matter.
 */
export async function reconcilePull(context: ScmContext, id: string, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    signal.throwIfAborted();
    const look = await loadPullLook(context.db, id);
    if (look === null || (await lookAt(context, look, signal)) === "settled") return;
  }
  throw new Error("the pull request changes all the time; it is looked at again later");
}

function lookAt(context: ScmContext, look: PullLook, signal: AbortSignal): Promise<Looked> {
  const { pull } = look;
  if (!isNumbered(pull)) return open(context, look, signal);
  const ended = pull.state === "merged" || pull.state === "closed";
  const numbered = { ...look, pull };
  return ended ? finish(context, numbered, signal) : follow(context, numbered, signal);
}

/** The trace the bead's own work is in: of the command to merge once there is one, else of the one to open. */
function traceOf({ mergeTraceparent, traceparent }: PullRow): TraceCarrier {
  return { traceparent: mergeTraceparent ?? traceparent ?? undefined };
}

async function open({ db, forge, logger }: ScmContext, { pull, repo }: PullLook, signal: AbortSignal): Promise<Looked> {
  // The look at the repository wakes this one when it is ready.
  if (repo.state !== "ready")
    return (await savePullLook(db, pull, { set: {}, outbox: [], nextInMs: null })) ? "settled" : "again";
  try {
    const { town, rig, id, headBranch: head, baseBranch: base, title, body, draft } = pull;
    await forge.openPr({ town, rig, id, head, base, title, body, draft }, { signal });
    return "again";
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    const nextInMs = openingLadderMs[Math.min(pull.sameLooks, openingLadderMs.length - 1)] ?? null;
    logger.warn(
      { town: pull.town, rig: pull.rig, bead: pull.bead, reason: error.message, nextInMs },
      "pull request cannot be opened yet",
    );
    const saved = await savePullLook(db, pull, { set: { sameLooks: pull.sameLooks + 1 }, outbox: [], nextInMs });
    return saved ? "settled" : "again";
  }
}

async function follow(context: ScmContext, look: NumberedLook, signal: AbortSignal): Promise<Looked> {
  const { db, forge } = context;
  const { pull } = look;
  await grantWishes(context, look, signal);
  const snapshot = await forge.getSnapshot(pull, { signal });
  const now = new Date();
  const judgement = judgePull(look, snapshot, { now, readBackMs: forge.capabilities().readBackMs });
  const found = pullChanges(pull, { snapshot, judgement, now });
  if (!(await withTrace(traceOf(pull), () => savePullLook(db, pull, found)))) return "again";
  await wantChecks(context, look, snapshot);
  if (judgement.gate?.gate === "merge")
    await merge(context, { pull, judgement, expectedHead: judgement.gate.expectedHead, signal });
  return judgement.gate?.gate === "merge" || judgement.derived.action.do === "end" ? "again" : "settled";
}

/** Says to the forge what is wished; saying it twice is harmless. */
async function grantWishes(
  { forge }: ScmContext,
  { pull, waitingReviews }: NumberedLook,
  signal: AbortSignal,
): Promise<void> {
  for (const review of waitingReviews) await forge.addReview(pull, review, { signal });
  if (pull.draftWish !== null) await forge.setDraft(pull, pull.draftWish, { signal });
  if (pull.closeWish !== null) await forge.closePr(pull, pull.closeWish, { signal });
}

/** Where checks are ours, a head that misses one gets it. */
async function wantChecks({ db, forge }: ScmContext, { pull, repo }: NumberedLook, snapshot: Snapshot): Promise<void> {
  const missing = snapshot.state === "open" && snapshot.checks.required.missing.includes(rigCheckName);
  if (!missing || repo.checkCommand === null || !forge.capabilities().runsChecks) return;
  await wantCheck(db, { pull: pull.id, name: rigCheckName, commit: snapshot.head, command: repo.checkCommand });
}

interface Merge {
  readonly pull: NumberedPull;
  readonly judgement: Judgement;
  readonly expectedHead: string;
  readonly signal: AbortSignal;
}

/** One attempt, recorded before it is made. What came of it is seen by the next look, also when this one is killed here. */
async function merge(
  { db, forge, logger }: ScmContext,
  { pull, judgement, expectedHead, signal }: Merge,
): Promise<void> {
  const { fingerprint } = judgement;
  if (!(await startAttempt(db, { pull: pull.id, fingerprint, expectedHead }))) return;
  const attributes = { "town.id": pull.town, "rig.id": pull.rig, "bead.id": pull.bead, "pull.number": pull.number };
  await span("merge", { parent: traceOf(pull), attributes }, async (active) => {
    const title = `Merge pull request #${pull.number}: ${pull.title}`;
    const outcome = await forge.merge(
      { pull, expectedHead, method: "merge", title, body: `Bead: ${pull.bead}` },
      { signal },
    );
    active.setAttributes({ "merge.outcome": outcome.outcome });
    if (outcome.outcome === "refused") active.setError(outcome.message);
    logger.info({ town: pull.town, rig: pull.rig, bead: pull.bead, number: pull.number, outcome }, "merge attempted");
    await settleAttempt(db, pull.id, {
      fingerprint,
      result: outcome.outcome,
      message: outcome.outcome === "refused" ? outcome.message : null,
      sha: outcome.outcome === "merged" ? outcome.sha : null,
    });
  });
}

/** An ended pull request: its branch has no further use, and the town may ask again what became of it. */
async function finish({ db, forge }: ScmContext, { pull }: NumberedLook, signal: AbortSignal): Promise<Looked> {
  if (pull.state === "merged" && pull.headCommit !== null) await forge.deleteBranch(pull, pull.headCommit, { signal });
  const revision = pull.revision + (pull.reportDue ? 1 : 0);
  const outbox = pull.reportDue ? [pullReport({ ...pull, revision }, forge.pullUrl(pull))] : [];
  const set = { revision, reportDue: false, mergeWish: null, draftWish: null, closeWish: null };
  const saved = await withTrace(traceOf(pull), () => savePullLook(db, pull, { set, outbox, nextInMs: null }));
  return saved ? "settled" : "again";
}
