import { connectBus, flush, type Bus } from "@gastown/bus";
import { connectDatabase, migrate, type Database } from "@gastown/db";
import type { HealthReport, RunningService } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { Hono } from "hono";
import type { ScmConfig } from "./config.ts";
import { createForgeUsage } from "./forge-usage.ts";
import type { Hooks } from "./hooks/create-hooks.ts";
import { listen, type Listening } from "./listen.ts";
import { createMetricsApp } from "./metrics-app.ts";
import { openForges, type OpenForges } from "./open-forges.ts";
import { runLoops, type Running } from "./run-loops.ts";
import { wireHooks } from "./wire-hooks.ts";

/** How long transfers that run may go on when the service is to end. */
const transferGraceMs = 3_000;

export interface StartOptions {
  logger: Logger;
  /** Gives up starting. */
  signal: AbortSignal;
  /** Milliseconds since 1970, for what is counted in memory; the machine's by default. Everything stored goes by the database's. */
  clock?: () => number;
}

/** The forge service of a number of towns, when it can be reached: git over HTTP at `url`, commands and queries over NATS. */
export async function start(
  config: ScmConfig,
  { logger, signal, clock = Date.now }: StartOptions,
): Promise<RunningService & { url: string }> {
  const stop = new AbortController();
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    stop.abort();
    for (let part = opened.pop(); part !== undefined; part = opened.pop()) await part.close();
  };
  try {
    const parts = await open(config, { logger, signal, clock, opened });
    const running = await runLoops(parts, stop.signal);
    opened.push({ close: () => running.done });
    // Who sees this service start may ask it at once.
    await flush(parts.bus, logger);
    return { name: "scm", url: parts.listening.url, health: () => health(parts, running.checks), close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Parts extends OpenForges {
  readonly db: Database;
  readonly bus: Bus;
  readonly listening: Listening;
  readonly hooks: Hooks;
}

interface Opening extends Required<StartOptions> {
  readonly opened: { close(): Promise<void> }[];
}

async function open(config: ScmConfig, { logger, signal, clock, opened }: Opening): Promise<Parts> {
  const db = await connectDatabase({ url: config.databaseUrl, schema: "scm", name: "scm", logger, signal });
  opened.push(db);
  await migrate(db, new URL("../migrations", import.meta.url));
  const bus = await connectBus({
    servers: config.natsUrl,
    name: `scm/${process.pid}`,
    inboxPrefix: "_INBOX_scm",
    user: config.natsUser,
    password: config.natsPassword,
    credentials: config.natsCredentials,
    logger,
    signal,
  });
  opened.push(bus);
  const listening = await listen(config.host, config.port);
  opened.push({ close: () => listening.close(transferGraceMs) });
  const usage = createForgeUsage(clock);
  const forges = await openForges(config, { db, logger, usage, clock, url: listening.url });
  const hooks = wireHooks(config, { ...forges, bus, clock });
  listening.serve(doorOf({ hooks: hooks.app, metrics: createMetricsApp({ db, usage }), git: forges.gitApp }));
  if (config.agentPort !== undefined) {
    const agents = await listen(config.host, config.agentPort);
    opened.push({ close: () => agents.close(transferGraceMs) });
    agents.serve(forges.agentApp);
  }
  return { db, bus, listening, hooks, ...forges };
}

/** One port for webhooks, metrics and git. */
function doorOf({ hooks, metrics, git }: Record<"hooks" | "metrics" | "git", Hono>): Hono {
  const door = new Hono();
  door.route("/", hooks);
  door.route("/", metrics);
  door.all("*", (c) => git.fetch(c.req.raw, c.env as object));
  return door;
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
