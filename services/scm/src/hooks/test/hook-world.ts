import { connectBus, provision, type Bus } from "@gastown/bus";
import { connectDatabase, migrate, type Database } from "@gastown/db";
import type { UsedServers } from "@gastown/testkit";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { listen } from "../../listen.ts";
import type { AccessChange } from "../access-change.ts";
import { createHooks, type Hooks, type HooksOptions } from "../create-hooks.ts";
import type { Signal } from "../signal.ts";
import { secret, silent } from "./hook-secret.ts";

/** Webhooks of one scm, with real servers; what they do is only noted. */
export interface HookWorld {
  readonly bus: Bus;
  readonly db: Database;
  /** What was committed, oldest first. */
  readonly signals: Signal[];
  readonly access: AccessChange[];
  /** Called inside the transaction, before it commits. */
  beforeCommit: (signals: readonly Signal[]) => void | Promise<void>;
  /** A door that listens until the test ends; with `handling`, deliveries are also handled. */
  open(options?: Partial<HooksOptions> & { handling?: boolean }): Promise<Door>;
}

export interface Door extends Hooks {
  readonly url: string;
  /** Handles what comes until `end`, or the test ends. */
  begin(): Promise<{ readonly end: () => Promise<void> }>;
  post(provider: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Response>;
}

/** A world for the tests of a file; usable in hooks and tests only. */
export function useHookWorld(servers: UsedServers): HookWorld {
  const world: { bus?: Bus; db?: Database } = {};
  const signals: Signal[] = [];
  const access: AccessChange[] = [];
  beforeAll(async () => {
    world.bus = await connectBus({
      servers: servers.natsUrl,
      name: "test",
      inboxPrefix: "_INBOX_test",
      logger: silent,
    });
    await provision(world.bus, { logger: silent });
    world.db = await connectDatabase({ url: servers.databaseUrl, schema: "scm", name: "test", logger: silent });
    await migrate(world.db, new URL("../../../migrations", import.meta.url));
  });
  afterAll(async () => {
    await world.bus?.close();
    await world.db?.close();
  });
  const self: HookWorld = {
    get bus() {
      return there(world.bus);
    },
    get db() {
      return there(world.db);
    },
    signals,
    access,
    beforeCommit: () => undefined,
    async open({ handling = false, ...options } = {}) {
      const hooks = createHooks({
        db: self.db,
        bus: self.bus,
        logger: silent,
        github: { secrets: [secret], ownApp: null },
        gitlab: null,
        logs: [],
        effects: {
          async applySignals(_tx, said) {
            await self.beforeCommit(said);
            signals.push(...said);
          },
          applyAccess: (_tx, changes) => Promise.resolve(access.push(...changes)),
        },
        ...options,
      });
      const listening = await listen("127.0.0.1", 0);
      listening.serve(hooks.app);
      onTestFinished(() => listening.close(0));
      const door: Door = {
        ...hooks,
        url: listening.url,
        post: (provider, body, headers) =>
          fetch(`${listening.url}/hooks/${provider}`, { method: "POST", body: body as string, headers }),
        begin: () => begin(hooks),
      };
      if (handling) await door.begin();
      return door;
    },
  };
  return self;
}

async function begin(hooks: Hooks): Promise<{ readonly end: () => Promise<void> }> {
  const stopping = new AbortController();
  const parts = await hooks.start(stopping.signal);
  const end = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(parts.map((part) => part.done));
  };
  onTestFinished(end);
  return { end };
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the world is there in hooks and tests only");
  return part;
}
