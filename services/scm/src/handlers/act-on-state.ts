import { mayUpdate, withUpdate } from "../domain/branch-updates.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { ScmError, type Forge } from "../forges/forge.ts";
import { noteBranchUpdate } from "../store/branch-updates.ts";
import { endDelegations } from "../store/merge-attempts.ts";
import { pauseRepo } from "../store/repos.ts";
import { postponeLook } from "../store/save-look.ts";
import type { ScmContext } from "./context.ts";
import { restMs } from "./forge-trouble.ts";
import type { Judgement } from "./judge-pull.ts";
import type { NumberedLook } from "./numbered-look.ts";
import { reportStatus } from "./report-status.ts";

interface Doing {
  readonly forge: Forge;
  readonly judgement: Judgement;
  readonly snapshot: Snapshot;
  readonly signal: AbortSignal;
}

/** The forge brings the branch up to date in its own time. */
const updateSeenAfterMs = 2_000;

/** What the state asks of us, besides merging: each of it once, and nothing of it decides anything. */
export async function actOnState(context: ScmContext, look: NumberedLook, doing: Doing): Promise<void> {
  const { town, rig, number } = look.pull;
  try {
    await act(context, look, doing);
  } catch (error) {
    // The state is stored and told; what was not done is no part of it.
    if (!(error instanceof ScmError)) throw error;
    if (error.kind === "rate") await pauseRepo(context.db, look.repo, restMs(error));
    context.logger.warn(
      { town, rig, number, kind: error.kind, reason: error.message },
      "the forge did not do what helps",
    );
  }
}

async function act(context: ScmContext, look: NumberedLook, doing: Doing): Promise<void> {
  const { forge, judgement, signal } = doing;
  const { action } = judgement.derived;
  if (action.do === "nudge" && judgement.looks === 0) await forge.nudgeMergeability(look.pull, { signal });
  if (action.do === "update-branch") await updateBranch(context, look, doing);
  await takeBackDelegation(context, look, doing);
  await reportStatus(context, look, doing);
}

/** Only what the town follows is touched: others' branches are theirs. */
async function updateBranch(
  { db, logger }: ScmContext,
  { pull, now }: NumberedLook,
  { forge, snapshot, signal }: Doing,
): Promise<void> {
  const { town, rig, number } = pull;
  const update = { base: snapshot.base, at: now.getTime() };
  if (pull.bead === null || !forge.capabilities().updateBranch || !mayUpdate(pull.branchUpdates, update)) return;
  // Before the forge is asked: one that never answers is not asked again for this base.
  await noteBranchUpdate(db, pull.id, withUpdate(pull.branchUpdates, update));
  const outcome = await forge.updateBranch(pull, snapshot.head, { signal });
  logger.info({ town, rig, number, outcome }, "branch is brought up to date with its base");
  await postponeLook(db, pull.id, { inMs: updateSeenAfterMs, read: true });
}

/** Nobody wishes any more that the forge merges it by itself. */
async function takeBackDelegation(
  { db }: ScmContext,
  { pull, attempts }: NumberedLook,
  { forge, snapshot, signal }: Doing,
): Promise<void> {
  const ours = attempts.some(({ result }) => result === "delegated");
  if (!ours || !snapshot.autoMerge || pull.mergeWish !== null || snapshot.state !== "open") return;
  await forge.setAutoMerge({ pull, expectedHead: snapshot.head, method: "merge", on: false }, { signal });
  await endDelegations(db, pull.id);
}
