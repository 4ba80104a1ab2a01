import { startDueLoop, transaction, type DueLoop } from "@gastown/db";
import { ScmError } from "../forges/forge.ts";
import type { AppApi } from "../forges/github/app-api.ts";
import { markAllInstallationsDue, postponeInstallation, saveRemoved } from "../store/installation-looks.ts";
import { ensureSweep, postponeSweep } from "../store/installation-sweeps.ts";
import type { InstallationsContext } from "./installations-context.ts";
import { observeInstallation, saveObserved } from "./installations-facts.ts";

/** The truth of what is installed is asked for once a day, whatever webhooks said (scm §5.3.8). */
const sweepEveryHours = 24;
/** When GitHub does not want to be asked, and does not say for how long. */
const restMs = 60_000;
/** When GitHub says no: a person has to change something first. */
const deniedRestMs = 3_600_000;

/** Keeps what is known of installations true until the signal aborts; nothing to do without an App. */
export async function startInstallationLoops(context: InstallationsContext, signal: AbortSignal): Promise<DueLoop[]> {
  const { db, app, logger } = context;
  if (app === null) return [];
  await ensureSweep(db);
  const loops = { db, key: "id", concurrency: 2, logger, signal };
  return [
    startDueLoop({ ...loops, table: "installations", look: (id, s) => lookAtInstallation({ ...context, app }, id, s) }),
    startDueLoop({
      ...loops,
      table: "installation_sweeps",
      look: (_, s) => sweepInstallations({ ...context, app }, s),
    }),
  ];
}

type WithApp = InstallationsContext & { readonly app: AppApi };

/** What is known of the installation is what GitHub says, and nothing about it is due. */
export async function lookAtInstallation({ db, app, logger }: WithApp, id: string, signal: AbortSignal): Promise<void> {
  // Before the slow work: what is marked meanwhile is looked at again.
  await transaction(db, (tx) => postponeInstallation(tx, id, null));
  try {
    const observed = await observeInstallation(app, id, { signal });
    await transaction(db, (tx) => saveObserved(tx, observed));
  } catch (error) {
    if (!(error instanceof ScmError) || signal.aborted) throw error;
    if (error.kind === "gone") return transaction(db, (tx) => saveRemoved(tx, id));
    const afterMs = error.retryAfterMs ?? (error.mayPass ? restMs : deniedRestMs);
    logger.warn({ installation: id, kind: error.kind, reason: error.message, afterMs }, "installation was not read");
    await transaction(db, (tx) => postponeInstallation(tx, id, afterMs));
  }
}

/** Each installation that GitHub or we know of is looked at soon; the next sweep is in a day. */
export async function sweepInstallations({ db, app, logger }: WithApp, signal: AbortSignal): Promise<void> {
  await postponeSweep(db, sweepEveryHours);
  const found = await app.listInstallations({ signal });
  for (const installation of found)
    await transaction(db, (tx) => saveObserved(tx, { installation, repositories: null }));
  const due = await transaction(db, (tx) => markAllInstallationsDue(tx));
  logger.info({ found: found.length, due }, "installations swept");
}
