import { reportBranch } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import { withTrace } from "@gastown/telemetry";
import { ScmError } from "../forges/forge.ts";
import { loadBranchLook, postponeBranch, settleBranch, type BranchLook } from "../store/branches.ts";
import type { BranchRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";

/** Waits before a repository that could not be written to is tried again; then the town is told. */
const retryLadderMs = [1_000, 5_000];
/** The contract allows 2,000. */
const longestReason = 1_900;

/** Afterwards the branch is there, or the town knows why not. Killed between git and the tables it finds the branch made. */
export async function reconcileBranch(context: ScmContext, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const look = await loadBranchLook(context.db, id);
    if (look === null) return;
    const found = await lookAtBranch(context, look, signal);
    const saved = await withTrace({ traceparent: look.wish.traceparent ?? undefined }, () =>
      "told" in found ? settleBranch(context.db, look.wish, found.told) : postponeBranch(context.db, look.wish, found),
    );
    if (saved) return;
  }
}

type Found = { told: OutboxDraft } | { tries: number; nextInMs: number | null };

async function lookAtBranch(
  { forges, logger }: ScmContext,
  { wish, repo }: BranchLook,
  signal: AbortSignal,
): Promise<Found> {
  if (repo.state === "failed") return failed(wish, `the repository cannot be used: ${repo.reason ?? "no reason told"}`);
  // The look at the repository wakes this one when it is ready, or has failed.
  if (repo.defaultBranch === null) return { tries: wish.tries, nextInMs: null };
  try {
    await forges.of(repo.forge).createBranch(repo, { name: wish.branch, from: repo.defaultBranch }, { signal });
    return { told: branchDraft(wish, { state: "ready", reason: null }) };
  } catch (error) {
    if (!(error instanceof ScmError) || signal.aborted) throw error;
    const nextInMs = againInMs(error, wish.tries);
    const { town, rig, branch } = wish;
    logger.warn({ town, rig, branch, kind: error.kind, reason: error.message, nextInMs }, "branch cannot be made");
    return nextInMs === undefined ? failed(wish, error.message) : { tries: wish.tries + 1, nextInMs };
  }
}

function againInMs({ mayPass, retryAfterMs }: ScmError, tries: number): number | undefined {
  const rung = mayPass ? retryLadderMs[tries] : undefined;
  return rung === undefined ? undefined : Math.max(rung, retryAfterMs ?? 0);
}

function failed(wish: BranchRow, reason: string): Found {
  return { told: branchDraft(wish, { state: "failed", reason: reason.slice(0, longestReason) }) };
}

function branchDraft(wish: BranchRow, told: { state: "ready" | "failed"; reason: string | null }): OutboxDraft {
  const { town, rig, branch, causationId, correlationId } = wish;
  return {
    descriptor: reportBranch,
    town,
    data: { rig, branch, ...told },
    actor: "service:scm",
    subject: `rig/${rig}`,
    causationId,
    correlationId,
  };
}
