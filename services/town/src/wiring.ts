import {
  connectBus,
  consumeCommands,
  flush,
  publishRaw,
  storedEvents,
  type Bus,
  type GroupedMessage,
  type Load,
} from "@gastown/bus";
import { connectDatabase, migrate, startDueLoop, startRelay, type Database } from "@gastown/db";
import type { HealthReport, RunningService } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import type { TownConfig } from "./config.ts";
import { acceptInputs } from "./handlers/accept-input.ts";
import { answerQueries } from "./handlers/answer-queries.ts";
import { dueChannel, type TownContext } from "./handlers/context.ts";
import { reconcileTown } from "./handlers/reconcile-town.ts";
import { shortenLogs } from "./store/shorten-logs.ts";

export interface StartOptions {
  logger: Logger;
  /** Gives up starting. */
  signal: AbortSignal;
  /** Milliseconds since 1970; the machine's by default. When a look is due is told by the database's. */
  clock?: () => number;
}

/**
 * How long a town that is due waits for its look while many commands come, in ms. A look costs more than a command and sees what
 * all of them did: with few it follows each of them at once, with hundreds a second it comes every few seconds.
 */
function patienceOf({ perSecond, atOnce }: Load): number {
  if (perSecond < 50 && atOnce < 8) return 0;
  return Math.min(5_000, Math.max(200, perSecond * 5));
}

/** The town service: takes commands and facts, keeps the rules true, answers questions, until it is closed. */
export async function start(
  config: TownConfig,
  { logger, signal, clock = Date.now }: StartOptions,
): Promise<RunningService> {
  const stop = new AbortController();
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    for (const part of opened.toReversed()) await part.close();
  };
  try {
    const { db, bus } = await connect(config, { logger, signal, opened });
    const parts = run(bus, { db, logger, clock, listeningSince: () => listeningSince(bus, clock()) }, stop.signal);
    // Who sees this service start may ask it at once.
    await flush(bus, logger);
    return {
      name: "town",
      health: () => health(db, bus, parts),
      async close() {
        stop.abort();
        await Promise.all(parts.map((part) => part.done));
        await closeAll();
      },
    };
  } catch (error) {
    stop.abort();
    await closeAll();
    throw error;
  }
}

interface Connecting extends Omit<StartOptions, "clock"> {
  readonly opened: { close(): Promise<void> }[];
}

async function connect(
  config: TownConfig,
  { logger, signal, opened }: Connecting,
): Promise<{ db: Database; bus: Bus }> {
  const db = await connectDatabase({ url: config.databaseUrl, schema: "town", name: "town", logger, signal });
  opened.push(db);
  await migrate(db, new URL("../migrations", import.meta.url));
  const bus = await connectBus({
    servers: config.natsUrl,
    name: `town/${process.pid}`,
    inboxPrefix: "_INBOX_town",
    user: config.natsUser,
    password: config.natsPassword,
    credentials: config.natsCredentials,
    logger,
    signal,
  });
  opened.push(bus);
  return { db, bus };
}

interface Part {
  readonly done: Promise<void>;
  health(): { ok: boolean; reason?: string };
}

function run(bus: Bus, context: TownContext, signal: AbortSignal): Part[] {
  const { db, logger } = context;
  const look = (town: string) => reconcileTown(context, town);
  const publish = (row: Parameters<typeof publishRaw>[1]) => publishRaw(bus, row);
  const purge = () => shortenLogs(db, context.clock());
  const relay = startRelay({ db, source: "town", publish, stored: storedEvents(bus), purge, logger, signal });
  const handleGroup = (messages: readonly GroupedMessage[]) => acceptInputs(context, messages);
  const consuming = consumeCommands(bus, { owner: "town", service: "town", handleGroup, logger, signal });
  const patience = () => patienceOf(consuming.load());
  const loop = startDueLoop({ db, table: "towns", key: "town", channel: dueChannel, look, patience, logger, signal });
  answerQueries(bus, context, signal);
  return [loop, relay, consuming];
}

/** Since the connection stands; while there is none, since now: nobody is silent whom we cannot hear. */
function listeningSince(bus: Bus, now: number): number {
  const { connected, since } = bus.status();
  return connected ? since.getTime() : now;
}

async function health(db: Database, bus: Bus, parts: readonly Part[]): Promise<HealthReport> {
  const postgres = await db.ping().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const { connected, lastError } = bus.status();
  const trouble = parts.map((part) => part.health()).find((report) => !report.ok)?.reason;
  return {
    ok: postgres === null && connected && trouble === undefined,
    dependencies: {
      postgres: postgres === null ? { state: "connected" } : { state: "not connected", reason: postgres },
      nats: connected
        ? { state: "connected", detail: bus.serverVersion, ...(trouble === undefined ? {} : { reason: trouble }) }
        : { state: "not connected", reason: lastError ?? "no connection" },
    },
  };
}
