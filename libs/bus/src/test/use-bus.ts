import type { Logger } from "@gastown/telemetry";
import { startNats, type NatsOptions, type TestNats } from "@gastown/testkit";
import { afterAll, beforeAll } from "vitest";
import { connectBus, provision, type Bus } from "../index.ts";
import { silent } from "./silent.ts";

export interface UsedBus {
  /** The server of this test file. */
  readonly nats: TestNats;
  /** A connection to it. */
  readonly bus: Bus;
  /** Another one; closed with the file. */
  another(name?: string, logger?: Logger): Promise<Bus>;
}

/** One nats-server and one connection for a test file, its streams provisioned unless told otherwise. */
export function useBus({ provisioned = true, ...options }: NatsOptions & { provisioned?: boolean } = {}): UsedBus {
  let nats: TestNats | undefined;
  const open: Bus[] = [];
  const connectTo = async (server: TestNats, name: string, logger: Logger): Promise<Bus> => {
    const bus = await connectBus({ servers: server.url, name, inboxPrefix: `_INBOX_${name}`, logger });
    open.push(bus);
    return bus;
  };
  const started = (): TestNats => {
    if (nats === undefined) throw new Error("the server is started before the first test, not before");
    return nats;
  };
  beforeAll(async () => {
    nats = await startNats(options);
    const bus = await connectTo(nats, "test", silent);
    if (provisioned) await provision(bus, { logger: silent });
  });
  afterAll(async () => {
    await Promise.all(open.map((bus) => bus.close()));
    await nats?.close();
  });
  return {
    get nats() {
      return started();
    },
    get bus() {
      const [bus] = open;
      if (bus === undefined) throw new Error("the connection is made before the first test, not before");
      return bus;
    },
    another: (name = "other", logger = silent) => connectTo(started(), name, logger),
  };
}
