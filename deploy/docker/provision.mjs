// Makes our streams and consumers, or brings them up to date, before the services start. Ends with 1 when that is not possible.
// NATS_URL, NATS_USER (ops) and NATS_PASSWORD say where.
import { connectBus, missingCapabilities, provision } from "@gastown/bus";
import { createLogger } from "@gastown/telemetry";

const waitMs = 60_000;
const logger = createLogger("provision");
const { NATS_URL: servers, NATS_USER: user, NATS_PASSWORD: password } = process.env;
if (!servers) throw new Error("NATS_URL is not set");

const signal = AbortSignal.timeout(waitMs);
const bus = await connectBus({ servers, user, password, name: "provision", inboxPrefix: "_INBOX_ops", logger, signal });
try {
  const report = await provision(bus, { logger });
  const missing = missingCapabilities(bus.serverVersion);
  logger.info({ ...report, missing }, "streams are provisioned");
} finally {
  await bus.close();
}
