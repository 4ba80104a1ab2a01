// Makes our streams and consumers, or brings them up to date, before the services start. Ends with 1 when that is not possible.
// NATS_URL and NATS_CREDENTIALS_FILE (those of ops), or NATS_USER and NATS_PASSWORD, say where.
import { connectBus, missingCapabilities, provision } from "@gastown/bus";
import { createLogger } from "@gastown/telemetry";
import { busLogin } from "./bus-login.mjs";

const waitMs = 60_000;
const logger = createLogger("provision");
const signal = AbortSignal.timeout(waitMs);
const bus = await connectBus({ ...busLogin(), name: "provision", inboxPrefix: "_INBOX_ops", logger, signal });
try {
  const report = await provision(bus, { logger });
  const missing = missingCapabilities(bus.serverVersion);
  logger.info({ ...report, missing }, "streams are provisioned");
} finally {
  await bus.close();
}
