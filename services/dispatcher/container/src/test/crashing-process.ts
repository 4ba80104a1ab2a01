import { createLogger, registerTelemetry, span } from "@gastown/telemetry";
import { watchProcess } from "../watch-process.ts";

/** A process under watch that fails as its argument says; on SIGTERM it ends well. */
const logger = createLogger("container").child({ town: "alpha" });
await registerTelemetry({ service: "container", endpoint: process.argv[3] });
watchProcess({
  logger,
  also: () => ({ agents: 3 }),
  stop: (reason) => {
    logger.info({ reason }, "asked to end");
    process.exit(0);
  },
});

async function loseAPromise(): Promise<void> {
  await Promise.resolve();
  throw new Error("nobody waits for me");
}
await span("agent.start", {}, async (active) => {
  logger.info({ traceId: active.traceId }, "in a trace");
  if (process.argv[2] === "reject") void loseAPromise();
  if (process.argv[2] === "throw")
    setTimeout(() => {
      throw new Error("nobody catches me");
    }, 0);
  await new Promise(setImmediate);
});
setInterval(() => logger.info({}, "alive"), 100);
