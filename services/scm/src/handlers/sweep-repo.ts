import { ScmError, type Reading } from "../forges/forge.ts";
import { pauseRepo } from "../store/repos.ts";
import { endSweep, loadSweep, postponeSweep, type Sweep } from "../store/sweeps.ts";
import type { ScmContext } from "./context.ts";
import { restMs } from "./forge-trouble.ts";

/** The forge does not let us: a person has to change something first. */
const deniedRestMs = 3_600_000;

/**
 * The pull requests of one repository that are due are read together, in as few requests as the forge has it in, and each is judged
 * by its own look (scm §3.2). More than one request takes is read by the next sweep, at once.
 */
export async function sweepRepo(context: ScmContext, id: string, signal: AbortSignal): Promise<void> {
  const { db } = context;
  const sweep = await loadSweep(db, id);
  if (sweep === null) return postponeSweep(db, id, null);
  const { repo, beganAt } = sweep;
  const pauseMs = (repo.pausedUntil?.getTime() ?? 0) - beganAt.getTime();
  if (pauseMs > 0) return postponeSweep(db, id, pauseMs);
  try {
    await endSweep(db, sweep, await readAll(context, sweep, signal));
  } catch (error) {
    if (!(error instanceof ScmError) || (error.mayPass && error.kind !== "rate")) throw error;
    await notRead(context, sweep, error);
  }
}

async function readAll(
  { forges }: ScmContext,
  { repo, pulls }: Sweep,
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  const numbers = pulls.map(({ number }) => number);
  return numbers.length === 0 ? [] : forges.of(repo.forge).getSnapshots(repo, numbers, { signal });
}

async function notRead({ db, logger }: ScmContext, sweep: Sweep, error: ScmError): Promise<void> {
  const { town, rig, id } = sweep.repo;
  const afterMs = error.kind === "rate" ? restMs(error) : deniedRestMs;
  logger.warn({ town, rig, kind: error.kind, reason: error.message, afterMs }, "repository was not read");
  if (error.kind === "rate") await pauseRepo(db, sweep.repo, afterMs);
  // Each by itself: then people are told of each what the forge says.
  else await endSweep(db, sweep, []);
  await postponeSweep(db, id, afterMs);
}
