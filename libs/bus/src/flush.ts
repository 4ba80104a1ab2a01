import type { Logger } from "@gastown/telemetry";
import { orAborted } from "./abortable.ts";
import type { Bus } from "./connect.ts";
import { wireOf } from "./wire.ts";

/**
 * What was sent and subscribed so far is known to the server. When the connection is lost the client subscribes again by itself, and
 * what was not settled comes again: then, and while there is none, it ends at once.
 */
export async function flush(bus: Bus, logger: Logger): Promise<void> {
  const { connection, lost } = wireOf(bus);
  if (!bus.connected()) return;
  try {
    await orAborted(connection.flush(), lost());
  } catch (error) {
    logger.debug({ err: error }, "the server may not know of what was sent last");
  }
}
