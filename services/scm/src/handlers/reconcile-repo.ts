import { repoRegistered, reportRig, type Command, type DataOf, type Event } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import { withTrace } from "@gastown/telemetry";
import { ScmError } from "../forges/forge.ts";
import { endPurge, loadRepo, saveRepoLook } from "../store/repos.ts";
import type { RepoRow } from "../store/rows.ts";
import type { Purge } from "../store/schema/repos.ts";
import type { ScmContext } from "./context.ts";

/** Waits before a source that could not be reached is tried again; then a person is asked. */
const retryLadderMs = [5_000, 30_000];

/**
 * Afterwards the rig's repository can be used, or the town knows why not and what to do. Of a rig that was forgotten nothing is
 * left, also when there is another of its name by now: removal and import are of one key, so that neither meets the other.
 */
export async function reconcileRepo(context: ScmContext, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const repo = await loadRepo(context.db, id);
    if (repo === null) return;
    if (repo.purge !== null) {
      await purge(context, repo, { runners: repo.purge.runners, signal });
      continue;
    }
    const found = await lookAtRepo(context, repo, signal);
    const saved = await withTrace({ traceparent: repo.traceparent ?? undefined }, () =>
      saveRepoLook(context.db, repo, found),
    );
    if (saved) return;
  }
}

/** Checks of a rig that is forgotten are ended by the machine they run on, its repository is removed, and then the row goes. */
async function purge(
  { db, forge, host, sweepCheck, logger }: ScmContext,
  repo: RepoRow,
  { runners, signal }: { runners: Purge["runners"]; signal: AbortSignal },
): Promise<void> {
  for (const runner of runners) if (runner.host === host) await sweepCheck(runner);
  await forge.removeRepo(repo, { signal });
  await endPurge(db, repo);
  logger.info({ town: repo.town, rig: repo.rig }, "repository removed");
}

type Found = Parameters<typeof saveRepoLook>[2];

async function lookAtRepo(
  { forge, publicUrl, logger }: ScmContext,
  repo: RepoRow,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const wish = { source: repo.source, defaultBranch: repo.wantedBranch };
    const { defaultBranch, head } = await forge.registerRepo(repo, wish, { signal });
    const cloneUrl = forge.cloneUrl(repo);
    const news =
      repo.reportDue ||
      repo.state !== "ready" ||
      repo.defaultBranch !== defaultBranch ||
      repo.reportedUrl !== publicUrl;
    const outbox = [
      ...(repo.state === "ready" ? [] : [repoDraft(repo, repoRegistered, { rig: repo.rig, defaultBranch, head })]),
      ...(news
        ? [repoDraft(repo, reportRig, { rig: repo.rig, state: "ready", defaultBranch, cloneUrl, reason: null })]
        : []),
    ];
    const set = {
      state: "ready" as const,
      reason: null,
      defaultBranch,
      reportDue: false,
      reportedUrl: publicUrl,
      tries: 0,
      nextLookAt: null,
    };
    return { set, outbox };
  } catch (error) {
    if (!(error instanceof ScmError) || signal.aborted) throw error;
    logger.warn(
      { town: repo.town, rig: repo.rig, kind: error.kind, reason: error.message, tries: repo.tries },
      "repository cannot be used",
    );
    return failure(repo, error);
  }
}

function failure(repo: RepoRow, error: ScmError): Found {
  const retryInMs = error.kind === "unavailable" ? retryLadderMs[repo.tries] : undefined;
  const tries = repo.tries + 1;
  if (retryInMs !== undefined) return { set: { tries, nextLookAt: new Date(Date.now() + retryInMs) }, outbox: [] };
  const data = { rig: repo.rig, state: "failed" as const, defaultBranch: null, cloneUrl: null, reason: error.message };
  return {
    set: { state: "failed", reason: error.message, tries, reportDue: false, nextLookAt: null },
    outbox: [repoDraft(repo, reportRig, data)],
  };
}

function repoDraft<D extends Command | Event>(repo: RepoRow, descriptor: D, data: DataOf<D>): OutboxDraft {
  return {
    descriptor,
    town: repo.town,
    data,
    actor: "service:scm",
    subject: `rig/${repo.rig}`,
    causationId: repo.causationId,
    correlationId: repo.correlationId,
  };
}
