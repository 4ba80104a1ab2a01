import { consumeCommands, publishRaw, storedEvents, type Bus } from "@gastown/bus";
import { startDueLoop, startRelay, transaction, type DueLoopOptions } from "@gastown/db";
import { acceptCommand } from "./handlers/accept-command.ts";
import { answerQueries } from "./handlers/answer-queries.ts";
import { answerInstallations } from "./handlers/installations-answer.ts";
import { startInstallationLoops } from "./handlers/installations-loops.ts";
import type { ScmContext } from "./handlers/context.ts";
import { reconcileBranch } from "./handlers/reconcile-branch.ts";
import { reconcileCheck } from "./handlers/reconcile-check.ts";
import { reconcilePull } from "./handlers/reconcile-pull.ts";
import { reconcileRepo } from "./handlers/reconcile-repo.ts";
import { sweepRepo } from "./handlers/sweep-repo.ts";
import type { Hooks } from "./hooks/create-hooks.ts";
import type { OpenForges } from "./open-forges.ts";
import { markAllDue } from "./store/mark-due.ts";

const checksAtOnce = 2;
const importsAtOnce = 2;
const sweepsAtOnce = 2;

interface Part {
  readonly done: Promise<void>;
  health(): { ok: boolean; reason?: string };
}

export interface Running {
  /** Resolves when everything has ended. */
  readonly done: Promise<void>;
  readonly checks: readonly Part[];
}

interface Parts extends Pick<OpenForges, "context" | "app"> {
  readonly bus: Bus;
  readonly hooks: Hooks;
}

/** Everything the service does, until the signal aborts; it begins with a look at all that has not ended. */
export async function runLoops({ bus, context, app, hooks }: Parts, signal: AbortSignal): Promise<Running> {
  const { db, logger } = context;
  await transaction(db, (tx) => markAllDue(tx, context.publicUrl));
  const publish = (row: Parameters<typeof publishRaw>[1]) => publishRaw(bus, row);
  const relay = startRelay({ db, source: "scm", publish, stored: storedEvents(bus), logger, signal });
  const loops = tables(context).map((table) => startDueLoop({ db, key: "id", logger, signal, ...table }));
  const installations = { db, app, logger };
  const watching = await startInstallationLoops(installations, signal);
  const hooked = await hooks.start(signal);
  const consuming = consumeCommands(bus, {
    owner: "scm",
    service: "scm",
    logger,
    signal,
    handle: (message) => acceptCommand(context, message),
  });
  answerQueries(bus, context, signal);
  answerInstallations(bus, installations, signal);
  const checks = [relay, ...loops, ...watching, ...hooked, consuming];
  return { done: Promise.all(checks.map((part) => part.done)).then(() => undefined), checks };
}

function tables(context: ScmContext): Pick<DueLoopOptions, "table" | "look" | "concurrency">[] {
  return [
    { table: "repos", look: (id, s) => reconcileRepo(context, id, s), concurrency: importsAtOnce },
    { table: "branches", look: (id, s) => reconcileBranch(context, id, s) },
    { table: "pulls", look: (id, s) => reconcilePull(context, id, s) },
    { table: "checks", look: (id, s) => reconcileCheck(context, id, s), concurrency: checksAtOnce },
    { table: "sweeps", look: (id, s) => sweepRepo(context, id, s), concurrency: sweepsAtOnce },
  ];
}
