import { repoRegistered, reportRig, type Command, type DataOf, type Event } from "@gastown/contracts";
import type { Database, OutboxDraft } from "@gastown/db";
import { withTrace } from "@gastown/telemetry";
import { ScmError, type RegisteredRepo } from "../forges/forge.ts";
import { isForeignInstallation } from "../store/installation-reads.ts";
import { endPurge, loadRepo, saveRepoLook, type RepoFound } from "../store/repos.ts";
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
  { db, forges, host, sweepCheck, logger }: ScmContext,
  repo: RepoRow,
  { runners, signal }: { runners: Purge["runners"]; signal: AbortSignal },
): Promise<void> {
  for (const runner of runners) if (runner.host === host) await sweepCheck(runner);
  // Of one that is not set up any more there is nothing here.
  await forges.find(repo.forge)?.removeRepo(repo, { signal });
  await endPurge(db, repo);
  logger.info({ town: repo.town, rig: repo.rig }, "repository removed");
}

async function lookAtRepo(
  { db, forges, publicUrl, logger }: ScmContext,
  repo: RepoRow,
  signal: AbortSignal,
): Promise<RepoFound> {
  try {
    const forge = forges.of(repo.forge);
    const wish = { source: repo.source, defaultBranch: repo.wantedBranch };
    const found = await forge.registerRepo(repo, wish, { signal });
    await assertNotForeign(db, repo, found.installation ?? null);
    const cloneUrl = forge.cloneUrl({ ...repo, remote: found.remote ?? null });
    return readyRepo(repo, { ...found, cloneUrl, publicUrl });
  } catch (error) {
    if (!(error instanceof ScmError) || signal.aborted) throw error;
    logger.warn(
      { town: repo.town, rig: repo.rig, kind: error.kind, reason: error.message, tries: repo.tries },
      "repository cannot be used",
    );
    return failure(repo, error);
  }
}

async function assertNotForeign(db: Database, { town }: RepoRow, installation: string | null): Promise<void> {
  if (installation === null || !(await isForeignInstallation(db, { town, installation }))) return;
  throw new ScmError(
    "denied",
    "The installation of the GitHub App that reaches this repository is linked to another town.",
  );
}

type Registered = RegisteredRepo & { readonly cloneUrl: string; readonly publicUrl: string };

function readyRepo(repo: RepoRow, registered: Registered): RepoFound {
  const { defaultBranch, head, cloneUrl, publicUrl, remote = null, remoteId = null, installation = null } = registered;
  const { rig, state } = repo;
  const news = [
    repo.reportDue,
    state !== "ready",
    repo.defaultBranch !== defaultBranch,
    repo.reportedUrl !== publicUrl,
    repo.remote !== remote,
  ].includes(true);
  const told = { rig, state: "ready" as const, defaultBranch, cloneUrl, reason: null };
  const outbox = [
    ...(state === "ready" ? [] : [repoDraft(repo, repoRegistered, { rig, defaultBranch, head })]),
    ...(news ? [repoDraft(repo, reportRig, told)] : []),
  ];
  const place = { defaultBranch, remote, remoteId, installation };
  const set = { ...place, state: "ready" as const, reason: null, reportDue: false, reportedUrl: publicUrl, tries: 0 };
  return { set, outbox, nextInMs: null };
}

/** What may pass is tried again; a forge that wants to be left alone is, however often. */
function retryInMsOf({ kind, retryAfterMs }: ScmError, tries: number): number | undefined {
  if (kind === "rate") return retryAfterMs ?? retryLadderMs.at(-1);
  return kind === "unavailable" ? retryLadderMs[tries] : undefined;
}

function failure(repo: RepoRow, error: ScmError): RepoFound {
  const retryInMs = retryInMsOf(error, repo.tries);
  const tries = repo.tries + (error.kind === "rate" ? 0 : 1);
  if (retryInMs !== undefined) return { set: { tries }, outbox: [], nextInMs: retryInMs };
  const data = { rig: repo.rig, state: "failed" as const, defaultBranch: null, cloneUrl: null, reason: error.message };
  return {
    set: { state: "failed", reason: error.message, tries, reportDue: false },
    outbox: [repoDraft(repo, reportRig, data)],
    nextInMs: null,
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
