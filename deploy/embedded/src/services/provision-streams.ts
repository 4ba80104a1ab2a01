import { connectBus, provision } from "@gastown/bus";
import type { Installation } from "../installation.ts";
import type { NatsInUse } from "../servers/start-nats.ts";

/** Makes the streams, or brings them up to date; answers the version of the server. */
export async function provisionStreams(
  { loggerOf }: Installation,
  nats: NatsInUse,
  signal: AbortSignal,
): Promise<string> {
  const logger = loggerOf("provision");
  const options = { servers: nats.url, name: "provision", inboxPrefix: "_INBOX_ops", logger, signal };
  const bus = await connectBus({ ...options, ...nats.login("ops") });
  try {
    await provision(bus, { logger });
    return bus.serverVersion;
  } finally {
    await bus.close();
  }
}
