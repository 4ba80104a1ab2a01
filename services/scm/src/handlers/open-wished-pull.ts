import { withTrace } from "@gastown/telemetry";
import { ScmError, type OpenOutcome } from "../forges/forge.ts";
import { noteOpened } from "../store/granted-wishes.ts";
import type { PullLook } from "../store/pull-look.ts";
import { dropProposal } from "../store/pulls.ts";
import { pauseRepo } from "../store/repos.ts";
import type { PullRow } from "../store/rows.ts";
import { dropOpening, savePullLook } from "../store/save-look.ts";
import type { ScmContext } from "./context.ts";
import { restMs } from "./forge-trouble.ts";
import { traceOf, type Looked } from "./numbered-look.ts";
import { refusalDraft, type RefusalCode } from "./refusal-draft.ts";

const openingLadderMs = [1_000, 5_000, 15_000, 60_000, 300_000];
/** Looks (1, 5 and 15 s apart) after which a branch that was said to be pushed is told to be missing. */
const missingLooks = 3;
/** A branch is waited for as long as the town asks, and a day: asked for later, it is waited for anew. */
const openingKeptMs = 24 * 3_600_000;
/** Longer than a command is worked on. */
const proposalKeptMs = 60_000;

/** The forge has the pull request, or will when its branch is there, or whoever asked knows that it never can. */
export async function openWishedPull(context: ScmContext, look: PullLook, signal: AbortSignal): Promise<Looked> {
  const { db, forges } = context;
  const { pull, repo } = look;
  if (pull.bead === null) return leaveProposal(context, look);
  // The look at the repository wakes this one when it is ready.
  if (repo.state !== "ready")
    return (await savePullLook(db, pull, { set: {}, outbox: [], nextInMs: null })) ? "settled" : "again";
  const { headBranch: head, baseBranch: base } = pull;
  const opened = await open(() => forges.of(repo.forge).openPr({ ...pull, head, base }, { signal }));
  if (!(opened instanceof ScmError)) return afterOpening(context, look, opened);
  if (opened.kind === "rate") await pauseRepo(db, repo, restMs(opened));
  return waitToOpen(context, look, opened);
}

async function open(fn: () => Promise<OpenOutcome>): Promise<OpenOutcome | ScmError> {
  try {
    return await fn();
  } catch (error) {
    if (error instanceof ScmError) return error;
    throw error;
  }
}

/** A person's proposal is opened by its command; one that was given up is made anew, should the command come again. */
async function leaveProposal({ db }: ScmContext, { pull, now }: PullLook): Promise<Looked> {
  if (now.getTime() - pull.createdAt.getTime() > proposalKeptMs) await dropProposal(db, pull.id);
  return "settled";
}

async function afterOpening(context: ScmContext, look: PullLook, opened: OpenOutcome): Promise<Looked> {
  const { pull } = look;
  if (opened.outcome === "opened") {
    const { number } = opened;
    const known = await noteOpened(context.db, pull, number);
    if (known.is === "open") return "again";
    const why = `Branch ${pull.headBranch} has pull request ${number}, which bead ${known.bead} follows. Close it first.`;
    return giveUp(context, pull, { code: "head_has_pull", why });
  }
  if (opened.outcome === "missing" && pull.sameLooks < missingLooks) {
    const reason = `branch ${opened.branch} is not in the repository; it is opened when it is pushed`;
    return waitToOpen(context, look, { message: reason, retryAfterMs: null });
  }
  return giveUp(context, pull, reasonOf(opened, pull));
}

interface Reason {
  readonly code: RefusalCode;
  readonly why: string;
}

function reasonOf(opened: Exclude<OpenOutcome, { outcome: "opened" }>, { headBranch, baseBranch }: PullRow): Reason {
  return opened.outcome === "missing"
    ? { code: "branch_missing", why: `Branch ${opened.branch} was not pushed.` }
    : { code: "nothing_to_merge", why: `There is nothing to merge: ${baseBranch} has all of ${headBranch}.` };
}

async function giveUp({ db }: ScmContext, pull: PullRow, { code, why }: Reason): Promise<Looked> {
  const { bead } = pull;
  const told = bead === null ? [] : [refusalDraft({ ...pull, bead }, code, why)];
  return (await withTrace(traceOf(pull), () => dropOpening(db, pull, told))) ? "settled" : "again";
}

type Trouble = Pick<ScmError, "message" | "retryAfterMs">;

async function waitToOpen({ db, logger }: ScmContext, { pull, now }: PullLook, trouble: Trouble): Promise<Looked> {
  const { town, rig, bead, sameLooks, askedAt } = pull;
  const reason = trouble.message;
  if (now.getTime() - askedAt.getTime() > openingKeptMs) {
    logger.warn({ town, rig, bead, reason }, "pull request was never opened and nobody asks for it any more");
    return (await dropOpening(db, pull, [])) ? "settled" : "again";
  }
  const rung = openingLadderMs[Math.min(sameLooks, openingLadderMs.length - 1)] ?? 0;
  const nextInMs = Math.max(rung, trouble.retryAfterMs ?? 0);
  const level = sameLooks === 0 ? "warn" : "debug";
  logger[level]({ town, rig, bead, reason, nextInMs }, "pull request cannot be opened yet");
  const saved = await savePullLook(db, pull, { set: { sameLooks: sameLooks + 1 }, outbox: [], nextInMs });
  return saved ? "settled" : "again";
}
