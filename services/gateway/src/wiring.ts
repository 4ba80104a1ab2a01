import { connectBus, type Bus } from "@gastown/bus";
import { connectDatabase, migrate, type Database } from "@gastown/db";
import type { RunningService } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { createApp } from "./app.ts";
import type { GatewayConfig } from "./config.ts";
import type { Dependency, GatewayContext } from "./context.ts";
import { Feed } from "./live/feed.ts";
import { Sessions } from "./live/sessions.ts";
import { streamDoor } from "./live/stream-door.ts";
import { serveUpgrades } from "./live/upgrade.ts";
import { listen } from "./server.ts";
import { createFingerprintStore } from "./store/fingerprint-store.ts";
import { createInstallVisitStore } from "./store/install-visit-store.ts";
import { createTerminalTicketStore } from "./store/terminal-ticket-store.ts";
import { createTokenStore, type TokenStore } from "./store/token-store.ts";
import { terminalDoor } from "./terminal/terminal-door.ts";
import { TerminalSockets } from "./terminal/terminal-sockets.ts";
import { version } from "./version.ts";

const verdictTimeoutMs = 8_000;
const queryTimeoutMs = 5_000;
const migrations = new URL("../migrations/", import.meta.url);

async function openDatabase(
  { databaseUrl: url }: GatewayConfig,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<Database> {
  const db = await connectDatabase({ url, schema: "gateway", name: "gateway", logger, signal });
  await migrate(db, migrations);
  return db;
}

async function look(name: string, check: () => Promise<void> | void): Promise<[string, Dependency]> {
  try {
    await check();
    return [name, { state: "connected" }];
  } catch (error) {
    return [name, { state: "not connected", reason: error instanceof Error ? error.message : String(error) }];
  }
}

function dependenciesOf(
  { bus, feed }: Pick<GatewayContext, "bus" | "feed">,
  db: Database,
): GatewayContext["dependencies"] {
  return async () => {
    const looks = await Promise.all([
      look("nats", () => {
        const { connected, since, lastError } = bus.status();
        if (!connected) throw new Error(lastError ?? `not reachable since ${since.toISOString()}`);
      }),
      look("postgres", () => db.ping()),
      look("events", () => {
        const { ok, reason } = feed.health();
        if (!ok) throw new Error(reason ?? "the event log cannot be read");
      }),
    ]);
    return Object.fromEntries(looks);
  };
}

/** Whether a token that opened a socket still stands. */
async function stands(tokens: TokenStore, id: string): Promise<boolean> {
  if (id === "bootstrap") return true;
  const row = await tokens.get(id);
  return row !== null && row.revokedAt === null;
}

interface StartOptions {
  logger: Logger;
  /** Gives up starting. */
  signal: AbortSignal;
}

interface Opened {
  bus: Bus;
  db: Database;
  feed: Feed;
}

/** What the gateway is connected to; `opened` is what must be closed again, in this order. */
async function open(
  config: GatewayConfig,
  options: StartOptions & { opened: (() => Promise<void>)[] },
): Promise<Opened> {
  const { logger, signal, opened } = options;
  const db = await openDatabase(config, options);
  opened.unshift(() => db.close());
  const bus = await connectBus({
    servers: config.natsUrl,
    name: `gateway/${process.pid}`,
    inboxPrefix: "_INBOX_gateway",
    user: config.natsUser,
    password: config.natsPassword,
    credentials: config.natsCredentials,
    logger,
    signal,
  });
  opened.unshift(() => bus.close());
  const ended = new AbortController();
  const giveUp = (): void => ended.abort(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  const feed = await Feed.start({ bus, logger, signal: ended.signal });
  signal.removeEventListener("abort", giveUp);
  opened.unshift(() => {
    ended.abort();
    return feed.done;
  });
  return { bus, db, feed };
}

function contextOf(config: GatewayConfig, { bus, db, feed }: Opened, logger: Logger): GatewayContext {
  const tokens = createTokenStore(db);
  const ofToken = (id: string): Promise<boolean> => stands(tokens, id);
  const { pingMs } = config;
  return {
    config: {
      ...config,
      verdictTimeoutMs: config.verdictTimeoutMs ?? verdictTimeoutMs,
      queryTimeoutMs: config.queryTimeoutMs ?? queryTimeoutMs,
    },
    bus,
    tokens,
    fingerprints: createFingerprintStore(db),
    visits: createInstallVisitStore(db),
    feed,
    sessions: new Sessions({ bus, feed, logger, stands: ({ id }) => ofToken(id), pingMs }),
    terminals: new TerminalSockets({ bus, logger, stands: ofToken, pingMs }),
    terminalTickets: createTerminalTicketStore(db),
    stands: ofToken,
    logger,
    version,
    dependencies: dependenciesOf({ bus, feed }, db),
  };
}

/**
 * Starts a gateway: connected to NATS and Postgres, its schema migrated, listening. `url` is where people reach it. Throws when
 * the address cannot be listened on, or the signal aborts before; then nothing is left open.
 */
export async function start(
  config: GatewayConfig,
  { logger, signal }: StartOptions,
): Promise<RunningService & { url: string }> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened) await one();
  };
  try {
    const context = contextOf(config, await open(config, { logger, signal, opened }), logger);
    opened.unshift(() => Promise.resolve(context.sessions.close()).then(() => context.terminals.close()));
    const server = await listen(createApp(context), config);
    serveUpgrades(server.http, context, [streamDoor(context), terminalDoor(context)]);
    opened.splice(1, 0, () => server.close());
    const url = config.publicUrl ?? server.url;
    logger.info({ url }, "gateway listens");
    return {
      name: "gateway",
      url,
      async health() {
        const dependencies = await context.dependencies();
        return { ok: Object.values(dependencies).every(({ state }) => state === "connected"), dependencies };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
