import { checkCompleted, checkStarted } from "@gastown/contracts";
import { span, withTrace } from "@gastown/telemetry";
import type { CheckEnd } from "../forges/local/run-check.ts";
import {
  beginCheck,
  dropCheck,
  endCheck,
  findCheck,
  leaveCheck,
  noteRunner,
  requeueCheck,
  type CheckWithPull,
} from "../store/checks.ts";
import type { ScmContext } from "./context.ts";
import { pullDraft } from "./pull-draft.ts";

/** Runs that may be cut short, by a crash of ours or a full disk, before the check itself is taken to be the reason. */
const mostTries = 4;
const retryInMs = 5_000;

/**
 * Afterwards the check has ended, and its pull request is looked at. A check that is recorded as running when it is looked at
 * was left by a service that died: what remains of it is ended, then it runs again.
 */
export async function reconcileCheck(context: ScmContext, id: string, signal: AbortSignal): Promise<void> {
  const of = await findCheck(context.db, id);
  if (of === null) return;
  const { check, pull } = of;
  if (check.state !== "queued" && check.state !== "running") return leaveCheck(context.db, id);
  await sweep(context, of);
  if (pull.status !== "open" || pull.headCommit !== check.commit) return dropCheck(context.db, id);
  if (check.tries >= mostTries)
    return finish(context, of, { state: "error", log: "The service ended each time it was run." });
  await run(context, of, signal).catch((error: unknown) => notRun(context, of, { error, stopping: signal.aborted }));
}

/** The check was not run to an end, and it is not its fault as far as we know. */
async function notRun(
  context: ScmContext,
  of: CheckWithPull,
  why: { error: unknown; stopping: boolean },
): Promise<void> {
  const { check, pull } = of;
  // Forgotten while it ran, with its rig.
  if ((await findCheck(context.db, check.id)) === null) return;
  if (why.stopping) return requeueCheck(context.db, check.id, 0);
  const { error } = why;
  context.logger.warn(
    { town: pull.town, rig: pull.rig, bead: pull.bead, check: check.name, error },
    "check could not be run",
  );
  if (check.tries + 1 < mostTries) return requeueCheck(context.db, check.id, retryInMs);
  return finish(context, of, { state: "error", log: error instanceof Error ? error.message : String(error) });
}

/** Only the machine it ran on can end what a check left; a machine that is gone has ended it. */
async function sweep({ host, sweepCheck }: ScmContext, { check }: CheckWithPull): Promise<void> {
  if (check.runner !== null && check.runner.host === host) await sweepCheck(check.runner);
}

async function run(context: ScmContext, of: CheckWithPull, signal: AbortSignal): Promise<void> {
  const { db, host, runCheck } = context;
  const { check, pull } = of;
  const { town, rig, bead, number } = pull;
  const attributes = {
    "town.id": town,
    "rig.id": rig,
    "bead.id": bead ?? "",
    "pull.number": number,
    "check.commit": check.commit,
  };
  const parent = { traceparent: pull.traceparent ?? undefined };
  await span(`check ${check.name}`, { parent, attributes }, async (active) => {
    const startedAt = Date.now();
    const started = pullDraft(pull, checkStarted, { name: check.name, commit: check.commit });
    if (!(await beginCheck(db, of, [started]))) return;
    const { commit, command } = check;
    const onStart = (trace: Parameters<typeof context.sweepCheck>[0]) => noteRunner(db, check.id, { host, ...trace });
    const end = await runCheck({ town, rig, commit, command, signal, onStart });
    active.setAttributes({ "check.state": end.state });
    await finish(context, of, { ...end, durationMs: Date.now() - startedAt });
  });
}

type End = { state: CheckEnd["state"] | "error"; log: string; durationMs?: number };

function finish({ db }: ScmContext, of: CheckWithPull, { state, log, durationMs = 0 }: End): Promise<void> {
  const { check, pull } = of;
  const told = { name: check.name, commit: check.commit, state, durationMs };
  const parent = { traceparent: pull.traceparent ?? undefined };
  return withTrace(parent, () => endCheck(db, of, { state, log, outbox: [pullDraft(pull, checkCompleted, told)] }));
}
