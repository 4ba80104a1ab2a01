import { withTrace } from "@gastown/telemetry";
import { ScmError } from "../forges/forge.ts";
import { noteBranchSettled } from "../store/granted-wishes.ts";
import { loadPullLook, type PullLook } from "../store/pull-look.ts";
import { isNumbered } from "../store/rows.ts";
import { savePullLook } from "../store/save-look.ts";
import type { ScmContext } from "./context.ts";
import { followOpenPull } from "./follow-open-pull.ts";
import { atForge } from "./forge-trouble.ts";
import { traceOf, type Looked, type NumberedLook } from "./numbered-look.ts";
import { openWishedPull } from "./open-wished-pull.ts";
import { pullReport } from "./pull-changes.ts";

/** More rounds than any way through: a pull request that changes all the time gives others their turn. */
const mostRounds = 12;

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
  if (!isNumbered(pull)) return openWishedPull(context, look, signal);
  const ended = pull.state === "merged" || pull.state === "closed";
  const numbered = { ...look, pull };
  return atForge(context, numbered, () =>
    ended ? finish(context, numbered, signal) : followOpenPull(context, numbered, signal),
  );
}

/** An ended pull request: its branch has no further use, and the town may ask again what became of it. */
async function finish(context: ScmContext, look: NumberedLook, signal: AbortSignal): Promise<Looked> {
  const { pull, repo } = look;
  await settleBranch(context, look, signal);
  const told = pull.reportDue && pull.bead !== null;
  const revision = pull.revision + (told ? 1 : 0);
  const url = context.forges.find(repo.forge)?.pullUrl({ ...pull, remote: repo.remote }) ?? "";
  const outbox = told ? [pullReport({ ...pull, revision }, url)] : [];
  const wishes = { mergeWish: null, draftWish: null, closeWish: null };
  const set = { ...wishes, revision, reportDue: false, dirtyAt: null, nextReadAt: null };
  const saved = await withTrace(traceOf(pull), () => savePullLook(context.db, pull, { set, outbox, nextInMs: null }));
  return saved ? "settled" : "again";
}

/** The branch of a merged pull request goes, if nothing is lost by it. Others' branches stay. */
async function settleBranch(context: ScmContext, look: NumberedLook, signal: AbortSignal): Promise<void> {
  const { pull, repo } = look;
  const { state, headCommit, foreign, branchSettled, town, rig, number } = pull;
  if (state !== "merged" || headCommit === null || foreign || branchSettled) return;
  try {
    await context.forges.of(repo.forge).deleteBranch(pull, headCommit, { signal });
  } catch (error) {
    if (!(error instanceof ScmError) || error.mayPass) throw error;
    context.logger.warn({ town, rig, number, kind: error.kind, reason: error.message }, "the merged branch stays");
  }
  await noteBranchSettled(context.db, pull);
}
