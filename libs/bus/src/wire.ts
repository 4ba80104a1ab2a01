import type { Logger } from "@gastown/telemetry";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Bus } from "./connect.ts";

/** What a bus is made of. Only this package sees it, so that nothing else comes to speak NATS. */
export interface Wire {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly logger: Logger;
  /** Aborts when the connection that is there now, or comes next, is lost: what waits for an answer then waits in vain. */
  readonly lost: () => AbortSignal;
}

const wires = new WeakMap<Bus, Wire>();

export function attachWire(bus: Bus, wire: Wire): void {
  wires.set(bus, wire);
}

export function wireOf(bus: Bus): Wire {
  const wire = wires.get(bus);
  if (wire === undefined) throw new Error("this bus was not made by connectBus");
  return wire;
}
