import {
  answer,
  connectBus,
  consumeCommands,
  flush,
  publishRaw,
  storedEvents,
  type Bus,
  type Consuming,
} from "@gastown/bus";
import {
  getDispatcherVerdict,
  listContainers,
  listPlaces,
  lookAtAgent,
  lookAtRuntime,
  type DataOf,
} from "@gastown/contracts";
import { connectDatabase, migrate, startDueLoop, startRelay, transaction, type Database } from "@gastown/db";
import { createKeyedQueue, SealError, sealer, type RunningService } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { withDefaults, type DispatcherConfig, type FullConfig } from "./config.ts";
import { createContainerHost } from "./container-host.ts";
import type { DispatcherContext } from "./context.ts";
import { containerEnded } from "./domain/acted.ts";
import { defaultLimits, type Limits } from "./domain/limits.ts";
import { answerListContainers, answerListPlaces, answerVerdict } from "./handlers/answer-queries.ts";
import { changeTown } from "./handlers/change-town.ts";
import { handleCommand } from "./handlers/handle-command.ts";
import { howIsAgent } from "./handlers/how-is-agent.ts";
import { reconcileTown } from "./handlers/reconcile-town.ts";
import { answerLookAtRuntime } from "./handlers/look-at-runtime.ts";
import { shareInFlight } from "./handlers/share-in-flight.ts";
import { healthOf } from "./health.ts";
import { hostConfig } from "./host-config.ts";
import { watchModelKey, type ModelKey } from "./model-key.ts";
import type { ContainerRuntime } from "./runtime/container-runtime.ts";
import { createProcessRuntime } from "./runtime/process.ts";
import { dropForgotten, dueTable, markDue, markUnfinishedDue } from "./store/due.ts";

interface Running {
  readonly config: FullConfig;
  readonly db: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  /** Ends what looks at towns. */
  readonly looking: AbortController;
  /** Ends what takes and tells messages. */
  readonly talking: AbortController;
  readonly timers: Set<NodeJS.Timeout>;
  readonly modelKey: ModelKey;
}

/**
 * Starts the dispatcher: connects, migrates, adopts the containers that run, consumes, answers and looks. `close` leaves the
 * containers running for the next dispatcher, or drains them when `stopContainersOnClose` is set: NATS and Postgres must still be
 * there then.
 */
export async function start(
  given: DispatcherConfig,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Promise<RunningService> {
  const config = withDefaults(given);
  // Closed in the reverse order; also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const db = await connectDatabase({
    url: config.databaseUrl,
    schema: "dispatcher",
    name: "dispatcher",
    logger,
    signal,
  });
  opened.defer(() => db.close());
  await migrate(db, new URL("../migrations", import.meta.url));
  const bus = await connectBus({
    servers: config.natsUrl,
    name: "dispatcher",
    inboxPrefix: "_INBOX_dispatcher",
    user: config.natsUser,
    password: config.natsPassword,
    credentials: config.natsCredentials,
    logger,
    signal,
  });
  opened.defer(() => bus.close());
  const [looking, talking] = [new AbortController(), new AbortController()];
  // Every container is looked at: each says which key it has.
  const changed = (): void =>
    void transaction(db, (tx) => markUnfinishedDue(tx, [])).catch((error: unknown) =>
      logger.error({ error }, "a new key for the model service is given when a town is looked at next"),
    );
  const modelKey = watchModelKey(config.container, { changed, logger });
  opened.defer(() => modelKey.close());
  const service = await run({ config, db, bus, logger, looking, talking, timers: new Set(), modelKey });
  const connections = opened.move();
  return {
    ...service,
    close: async () => {
      await service.close();
      await connections.disposeAsync();
    },
  };
}

async function run(running: Running): Promise<RunningService> {
  const { db, bus, logger, looking, talking, timers } = running;
  // The end of a container is marked in the table, so that whichever replica is free looks; asked again while Postgres is away.
  const ended = createKeyedQueue({
    run: (town) => transaction(db, (tx) => markDue(tx, town)),
    concurrency: 4,
    logger,
  });
  const runtime = await openRuntime(running, (town) => ended.add(town));
  const ctx = contextOf(running, runtime, (ms) => wakeAfter(ms));
  const recorded = (await runtime.list()).map(({ town }) => town);
  await transaction(db, async (tx) => {
    await dropForgotten(tx);
    await markUnfinishedDue(tx, recorded);
  });

  const loop = startDueLoop({
    db,
    ...dueTable,
    look: (town, signal) => reconcileTown(ctx, town, signal),
    logger,
    signal: looking.signal,
  });
  const wakeAfter = (ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      loop.wake();
    }, ms);
    timers.add(timer);
  };
  const relay = startRelay({
    db,
    publish: (row) => publishRaw(bus, row),
    source: "dispatcher",
    stored: storedEvents(bus),
    logger,
    signal: talking.signal,
  });
  const commands = consume(ctx, bus, talking.signal);
  answerQueries(ctx, bus, talking.signal);
  const health = () => healthOf({ db, bus, parts: { commands, relay, loop } });
  const looked = { config: running.config, bus, health, signal: talking.signal };
  // A look starts three programs: those who ask at once share one.
  const lookOnce = shareInFlight(() => answerLookAtRuntime(ctx, looked));
  answer(bus, lookAtRuntime, lookOnce, { logger, signal: talking.signal });
  // Who sees this service start may ask it at once.
  await flush(bus, logger);

  return {
    name: "dispatcher",
    health,
    // A container that is being stopped, or all of them, and then everything else.
    closeMs: running.config.stopGraceMs + 10_000,
    close: async () => {
      looking.abort();
      await loop.done;
      // Not before: a look that was under way may have set one.
      for (const timer of timers) clearTimeout(timer);
      if (running.config.stopContainersOnClose) await drainContainers(ctx, running.config.stopGraceMs);
      await ended.close();
      talking.abort();
      await Promise.all([commands.done, relay.done]);
      await runtime.close();
    },
  };
}

function answerQueries(ctx: DispatcherContext, bus: Bus, signal: AbortSignal): void {
  const { db, logger } = ctx;
  const options = { logger, signal };
  answer(bus, listContainers, (town) => answerListContainers(db, town, ctx.limits()), options);
  answer(bus, listPlaces, () => answerListPlaces(db, ctx.limits()), options);
  const look = async (town: string, { agent }: DataOf<typeof lookAtAgent>) => {
    return { seq: null, data: { seen: await howIsAgent(ctx, { town, agent, signal }) } };
  };
  answer(bus, lookAtAgent, look, options);
  answer(bus, getDispatcherVerdict, (_, { command }) => answerVerdict(db, command), options);
}

function consume(ctx: DispatcherContext, bus: Bus, signal: AbortSignal): Consuming {
  return consumeCommands(bus, {
    owner: "dispatcher",
    service: "dispatcher",
    handle: (message) => handleCommand(ctx, message),
    logger: ctx.logger,
    signal,
  });
}

/** Where the kind of runtime is chosen; Docker's client is heavy, and only loaded where it is. */
async function openRuntime({ config, logger }: Running, onEnded: (town: string) => void): Promise<ContainerRuntime> {
  const { runtime, stateDir, containerProgram: program, path, docker: settings } = config;
  switch (runtime) {
    case "process":
      return createProcessRuntime({ stateDir, program, path, onEnded, logger });
    case "docker": {
      const { createDockerRuntime } = await import("./runtime/docker/docker.ts");
      return createDockerRuntime({ settings, stateDir, onEnded, logger });
    }
  }
}

function contextOf(running: Running, runtime: ContainerRuntime, wakeAfter: (ms: number) => void): DispatcherContext {
  const { config, db, bus, logger, looking, modelKey } = running;
  const { maxAgents, modelUrl } = config.container;
  const { maxContainers, secretKey } = config;
  const limits: Limits = {
    ...defaultLimits,
    ...(maxAgents === undefined ? {} : { maxAgents }),
    ...(maxContainers === undefined ? {} : { maxContainers }),
    ...config.limits,
  };
  return {
    db,
    runtime,
    host: createContainerHost(bus, () => modelKey.current()),
    hostConfigOf: (town, container, prewarm) =>
      JSON.stringify(
        hostConfig(config, {
          town,
          container,
          stateDir: runtime.stateDirOf(town),
          prewarm,
          modelKey: modelKey.current(),
        }),
      ),
    limits: () => ({ ...limits, starts: modelUrl !== undefined && !looking.signal.aborted }),
    open: openerOf(secretKey),
    model: config.container.modelName ?? null,
    stopGraceMs: config.stopGraceMs,
    now: () => Date.now(),
    wakeAfter,
    logger,
  };
}

function openerOf(secretKey: string | undefined): (sealed: string) => string {
  const keys = secretKey === undefined ? null : sealer(secretKey);
  return (sealed) => {
    if (keys !== null) return keys.open(sealed);
    throw new SealError("the dispatcher has no key. Set GASTOWN_SECRET_KEY, the same as the gateway's, and restart it");
  };
}

/** All containers end, each with the time to save and push its work; what is known of their ends is stored. */
async function drainContainers(ctx: DispatcherContext, graceMs: number): Promise<void> {
  const containers = (await ctx.runtime.list()).filter(({ alive }) => alive);
  await Promise.all(
    containers.map(async ({ name, town }) => {
      try {
        ctx.logger.info({ town, container: name, graceMs }, "draining a container");
        await ctx.runtime.stop(name, { graceMs });
        await changeTown(ctx, town, (state) => containerEnded(state, "the dispatcher closed", ctx.now()));
      } catch (error) {
        ctx.logger.error({ town, container: name, error }, "a container could not be drained");
      }
    }),
  );
}
