import { span, withTrace, type TraceCarrier } from "@gastown/telemetry";
import type { Snapshot } from "../domain/snapshot.ts";
import { ScmError, type OpenOutcome } from "../forges/forge.ts";
import { wantCheck } from "../store/checks.ts";
import { rigCheckName } from "../store/local-ledger.ts";
import { settleAttempt, startAttempt } from "../store/merge-attempts.ts";
import { dropOpening, loadPullLook, savePullLook, type PullLook } from "../store/pull-look.ts";
import { dropProposal } from "../store/pulls.ts";
import { isNumbered, type NumberedPull, type PullRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import { judgePull, type Judgement } from "./judge-pull.ts";
import { pullChanges, pullReport } from "./pull-changes.ts";
import { refusalDraft } from "./refusal-draft.ts";

/** `again`: something has changed since it was read, or was just done; what it comes to is seen by looking. */
type Looked = "settled" | "again";
type NumberedLook = PullLook & { pull: NumberedPull };

/** More rounds than any way through: a pull request that changes all the time gives others their turn. */
const mostRounds = 12;
const openingLadderMs = [1_000, 5_000, 15_000, 60_000, 300_000];
/** Looks (1, 5 and 15 s apart) after which a branch that was said to be pushed is told to be missing. */
const missingLooks = 3;
/** A branch is waited for as long as the town asks, and a day: asked for later, it is waited for anew. */
const openingKeptMs = 24 * 3_600_000;
/** Longer than a command is worked on. */
const proposalKeptMs = 60_000;

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

async function open(context: ScmContext, { pull, repo }: PullLook, signal: AbortSignal): Promise<Looked> {
  const { db, forge } = context;
  if (pull.bead === null) return leaveProposal(context, pull);
  // The look at the repository wakes this one when it is ready.
  if (repo.state !== "ready")
    return (await savePullLook(db, pull, { set: {}, outbox: [], nextInMs: null })) ? "settled" : "again";
  const { headBranch: head, baseBranch: base } = pull;
  const opened = await forge.openPr({ ...pull, head, base }, { signal }).catch(asScmError);
  if (opened instanceof ScmError) return waitToOpen(context, pull, opened.message);
  return afterOpening(context, pull, opened);
}

/** A person's proposal is opened by its command; one that was given up is made anew, should the command come again. */
async function leaveProposal({ db }: ScmContext, { id, createdAt }: PullRow): Promise<Looked> {
  if (Date.now() - createdAt.getTime() > proposalKeptMs) await dropProposal(db, id);
  return "settled";
}

function asScmError(error: unknown): ScmError {
  if (error instanceof ScmError) return error;
  throw error;
}

async function afterOpening(context: ScmContext, pull: PullRow, opened: OpenOutcome): Promise<Looked> {
  const { bead, headBranch: head, baseBranch: base } = pull;
  if (opened.outcome === "opened") return "again";
  if (opened.outcome === "missing" && pull.sameLooks < missingLooks) {
    const reason = `branch ${opened.branch} is not in the repository; it is opened when it is pushed`;
    return waitToOpen(context, pull, reason);
  }
  const [code, why] =
    opened.outcome === "missing"
      ? (["branch_missing", `Branch ${opened.branch} was not pushed.`] as const)
      : (["nothing_to_merge", `There is nothing to merge: ${base} has all of ${head}.`] as const);
  const told = bead === null ? [] : [refusalDraft({ ...pull, bead }, code, why)];
  return (await withTrace(traceOf(pull), () => dropOpening(context.db, pull, told))) ? "settled" : "again";
}

async function waitToOpen({ db, logger }: ScmContext, pull: PullRow, reason: string): Promise<Looked> {
  const { town, rig, bead, sameLooks, askedAt } = pull;
  if (Date.now() - askedAt.getTime() > openingKeptMs) {
    logger.warn({ town, rig, bead, reason }, "pull request was never opened and nobody asks for it any more");
    return (await dropOpening(db, pull, [])) ? "settled" : "again";
  }
  const nextInMs = openingLadderMs[Math.min(sameLooks, openingLadderMs.length - 1)] ?? null;
  const level = sameLooks === 0 ? "warn" : "debug";
  logger[level]({ town, rig, bead, reason, nextInMs }, "pull request cannot be opened yet");
  const saved = await savePullLook(db, pull, { set: { sameLooks: sameLooks + 1 }, outbox: [], nextInMs });
  return saved ? "settled" : "again";
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
  const { town, rig, number, bead } = pull;
  const attributes = { "town.id": town, "rig.id": rig, "bead.id": bead ?? "", "pull.number": number };
  await span("merge", { parent: traceOf(pull), attributes }, async (active) => {
    const title = `Merge pull request #${number}: ${pull.title}`;
    const body = bead === null ? "" : `Bead: ${bead}`;
    const outcome = await forge.merge({ pull, expectedHead, method: "merge", title, body }, { signal });
    active.setAttributes({ "merge.outcome": outcome.outcome });
    if (outcome.outcome === "refused") active.setError(outcome.message);
    logger.info({ town, rig, bead, number, outcome }, "merge attempted");
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
  const told = pull.reportDue && pull.bead !== null;
  const revision = pull.revision + (told ? 1 : 0);
  const outbox = told ? [pullReport({ ...pull, revision }, forge.pullUrl(pull))] : [];
  const set = { revision, reportDue: false, mergeWish: null, draftWish: null, closeWish: null };
  const saved = await withTrace(traceOf(pull), () => savePullLook(db, pull, { set, outbox, nextInMs: null }));
  return saved ? "settled" : "again";
}
