import { connectBus, consumeCommands, followEvents, provision, type Bus } from "@gastown/bus";
import type { Envelope } from "@gastown/contracts";
import { connectDatabase, type Database } from "@gastown/db";
import type { RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { useServers } from "@gastown/testkit";
import { afterAll, beforeAll } from "vitest";
import { start } from "../wiring.ts";

const logger = createLogger("test", { level: "silent" });

/** The town service of a test file among its neighbours; usable inside hooks and tests only. */
export interface UsedTown {
  readonly bus: Bus;
  /** A connection of the test's own to the schema of the town. */
  readonly db: Database;
  readonly replicas: readonly RunningService[];
  /** The commands the town gave to the dispatcher and the forge, oldest first, of all towns. */
  readonly asked: readonly Envelope[];
  /** All events so far, oldest first, of all towns. */
  readonly events: readonly Envelope[];
  /** Ends the service and the connections now; without it they end after the tests. */
  close(): Promise<void>;
}

export interface TownOptions {
  /** How many of the service run beside each other; 1 when not given. */
  readonly replicas?: number;
  /** Is told of each command to the dispatcher or the forge, as it comes. */
  readonly onAsked?: (command: Envelope) => void;
}

interface Running {
  readonly bus: Bus;
  readonly db: Database;
  readonly replicas: readonly RunningService[];
  close(): Promise<void>;
}

/**
 * The town service on a nats-server and a database of the calling file's own, before its first test until after its last. In the
 * places of the dispatcher and of the forge the test takes every command, and does nothing about it.
 */
export function useTown({ replicas = 1, onAsked }: TownOptions = {}): UsedTown {
  const servers = useServers();
  const asked: Envelope[] = [];
  const events: Envelope[] = [];
  let running: Running | undefined;
  const started = (): Running => {
    if (running === undefined) throw new Error("the town is started before the first test, not before");
    return running;
  };
  const hear = (command: Envelope): void => {
    asked.push(command);
    onAsked?.(command);
  };
  beforeAll(async () => {
    running = await run(servers, { replicas, hear, follow: (event) => events.push(event) });
  });
  afterAll(() => running?.close());
  return {
    get bus() {
      return started().bus;
    },
    get db() {
      return started().db;
    },
    get replicas() {
      return started().replicas;
    },
    asked,
    events,
    close: () => started().close(),
  };
}

interface Hearing {
  readonly replicas: number;
  readonly hear: (command: Envelope) => void;
  readonly follow: (event: Envelope) => void;
}

async function run(
  { natsUrl, databaseUrl }: { natsUrl: string; databaseUrl: string },
  { replicas: count, hear, follow }: Hearing,
): Promise<Running> {
  const stop = new AbortController();
  const { signal } = stop;
  const bus = await connectBus({ servers: natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const replicas = await Promise.all(
    Array.from({ length: count }, () => start({ natsUrl, databaseUrl }, { logger, signal })),
  );
  const db = await connectDatabase({ url: databaseUrl, schema: "town", name: "test", logger });
  const handle = ({ envelope }: { readonly envelope: Envelope }) => {
    hear(envelope);
    return Promise.resolve({ outcome: "applied" as const });
  };
  const neighbours = (["dispatcher", "scm"] as const).map((owner) =>
    consumeCommands(bus, { owner, service: owner, handle, logger, signal }),
  );
  const following = (async () => {
    for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal })) follow(envelope);
  })();
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.close()));
    stop.abort();
    await Promise.all([following, ...neighbours.map(({ done }) => done)]);
    await db.close();
    await bus.close();
  };
  return { bus, db, replicas, close: () => (closed ??= close()) };
}
