import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { connectBus, consumeCommands, publishRaw, storedEvents, type Bus } from "@gastown/bus";
import { connectDatabase, migrate, startDueLoop, startRelay, transaction, type Database } from "@gastown/db";
import type { HealthReport, RunningService } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { programEnv, type ScmConfig } from "./config.ts";
import { createGitApp } from "./forges/local/git-app.ts";
import { createGit } from "./forges/local/git.ts";
import { createLocalForge } from "./forges/local/local-forge.ts";
import { repoFolder } from "./forges/local/repo-path.ts";
import { runCheck, sweepCheck } from "./forges/local/run-check.ts";
import { installUpdateHook } from "./forges/local/update-hook.ts";
import { acceptCommand } from "./handlers/accept-command.ts";
import { answerQueries } from "./handlers/answer-queries.ts";
import type { ScmContext } from "./handlers/context.ts";
import { reconcileBranch } from "./handlers/reconcile-branch.ts";
import { reconcileCheck } from "./handlers/reconcile-check.ts";
import { reconcilePull } from "./handlers/reconcile-pull.ts";
import { reconcileRepo } from "./handlers/reconcile-repo.ts";
import { listen, type Listening } from "./listen.ts";
import { createLocalLedger } from "./store/local-ledger.ts";
import { markAllDue } from "./store/mark-due.ts";

const checksAtOnce = 2;
const importsAtOnce = 2;
const defaultCheckTimeoutMs = 10 * 60_000;
/** How long transfers that run may go on when the service is to end. */
const transferGraceMs = 3_000;

export interface StartOptions {
  logger: Logger;
  /** Gives up starting. */
  signal: AbortSignal;
}

/** The forge service of a number of towns, when it can be reached: git over HTTP at `url`, commands and queries over NATS. */
export async function start(
  config: ScmConfig,
  { logger, signal }: StartOptions,
): Promise<RunningService & { url: string }> {
  const stop = new AbortController();
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    stop.abort();
    for (let part = opened.pop(); part !== undefined; part = opened.pop()) await part.close();
  };
  try {
    const parts = await open(config, { logger, signal, opened });
    const running = await run(parts, { logger, stop: stop.signal });
    opened.push({ close: () => running.done });
    return { name: "scm", url: parts.listening.url, health: () => health(parts, running.checks), close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Parts {
  readonly db: Database;
  readonly bus: Bus;
  readonly listening: Listening;
  readonly context: ScmContext;
}

interface Opening extends StartOptions {
  readonly opened: { close(): Promise<void> }[];
}

async function open(config: ScmConfig, { logger, signal, opened }: Opening): Promise<Parts> {
  const db = await connectDatabase({ url: config.databaseUrl, schema: "scm", name: "scm", logger, signal });
  opened.push(db);
  await migrate(db, new URL("../migrations", import.meta.url));
  const bus = await connectBus({
    servers: config.natsUrl,
    name: `scm/${process.pid}`,
    inboxPrefix: "_INBOX_scm",
    user: config.natsUser,
    password: config.natsPassword,
    logger,
    signal,
  });
  opened.push(bus);
  const listening = await listen(config.host, config.port);
  opened.push({ close: () => listening.close(transferGraceMs) });
  return { db, bus, listening, context: await createContext(config, { db, listening, logger }) };
}

interface Reach {
  readonly db: Database;
  readonly listening: Listening & { serve(app: ReturnType<typeof createGitApp>): void };
  readonly logger: Logger;
}

/** The local forge, and the door agents and people use. */
async function createContext(config: ScmConfig, { db, listening, logger }: Reach): Promise<ScmContext> {
  const { reposDir, tokenSecret } = config;
  const { path, importEnv } = programEnv(config);
  await mkdir(reposDir, { recursive: true });
  const hooksDir = await installUpdateHook(reposDir, path);
  const git = createGit({ path });
  const ledger = createLocalLedger(db);
  const publicUrl = config.publicUrl ?? listening.url;
  const forge = createLocalForge({
    git,
    reposDir,
    ledger,
    tokenSecret,
    publicUrl,
    agentUrl: config.agentUrl ?? publicUrl,
    importEnv,
  });
  const allowAnonymousRead = config.allowAnonymousRead ?? isLoopback(config.host);
  listening.serve(createGitApp({ git, path, reposDir, hooksDir, ledger, tokenSecret, allowAnonymousRead, logger }));
  const timeoutMs = config.checkTimeoutMs ?? defaultCheckTimeoutMs;
  return {
    db,
    forge,
    logger,
    publicUrl,
    host: hostname(),
    runCheck: (order) => runCheck({ ...order, git, path, timeoutMs, repo: repoFolder(reposDir, order) }),
    sweepCheck,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

interface Running {
  readonly done: Promise<void>;
  readonly checks: readonly { health(): { ok: boolean; reason?: string } }[];
}

async function run(
  { db, bus, context }: Parts,
  { logger, stop: signal }: { logger: Logger; stop: AbortSignal },
): Promise<Running> {
  await transaction(db, (tx) => markAllDue(tx, context.publicUrl));
  const publish = (row: Parameters<typeof publishRaw>[1]) => publishRaw(bus, row);
  const relay = startRelay({ db, source: "scm", publish, stored: storedEvents(bus), logger, signal });
  const loops = [
    startDueLoop({
      db,
      table: "repos",
      key: "id",
      look: (id, s) => reconcileRepo(context, id, s),
      concurrency: importsAtOnce,
      logger,
      signal,
    }),
    startDueLoop({
      db,
      table: "branches",
      key: "id",
      look: (id, s) => reconcileBranch(context, id, s),
      logger,
      signal,
    }),
    startDueLoop({ db, table: "pulls", key: "id", look: (id, s) => reconcilePull(context, id, s), logger, signal }),
    startDueLoop({
      db,
      table: "checks",
      key: "id",
      look: (id, s) => reconcileCheck(context, id, s),
      concurrency: checksAtOnce,
      logger,
      signal,
    }),
  ];
  const consuming = consumeCommands(bus, {
    owner: "scm",
    service: "scm",
    logger,
    signal,
    handle: (message) => acceptCommand(context, message),
  });
  answerQueries(bus, context, signal);
  const parts = [relay, ...loops, consuming];
  return { done: Promise.all(parts.map((part) => part.done)).then(() => undefined), checks: parts };
}

async function health({ db, bus }: Parts, checks: Running["checks"]): Promise<HealthReport> {
  const postgres = await db.ping().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const nats = bus.status();
  const trouble = checks.map((check) => check.health()).find((report) => !report.ok);
  return {
    ok: postgres === null && nats.connected && trouble === undefined,
    dependencies: {
      postgres: postgres === null ? { state: "connected" } : { state: "not connected", reason: postgres },
      nats: nats.connected
        ? {
            state: "connected",
            detail: bus.serverVersion,
            ...(trouble?.reason === undefined ? {} : { reason: trouble.reason }),
          }
        : { state: "not connected", reason: nats.lastError ?? "no connection" },
    },
  };
}
