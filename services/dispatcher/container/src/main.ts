import { createInterface } from "node:readline";
import { createLogger, registerTelemetry } from "@gastown/telemetry";
import { parseHostConfig, programChoice } from "./config.ts";
import { startHost, type Host } from "./host.ts";
import { lookAtPrograms } from "./runtime/look-at-programs.ts";
import { watchProcess } from "./watch-process.ts";

/** After the grace for saving, so long until this process ends by force. */
const forcedExitMs = 10_000;

/** The first line of standard input: the configuration, secrets included, so that it is in no argument and no environment. */
async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    process.stdin.destroy();
    return line;
  }
  throw new Error("Standard input ended before a line came. Write one JSON object with the configuration to it.");
}

async function main(): Promise<void> {
  const config = parseHostConfig(await firstLine());
  const { town, container } = config;
  const logger = createLogger("container", { level: config.logLevel }).child({ town, container });
  const starting = new AbortController();
  let host: Host | null = null;
  watchProcess({
    logger,
    also: () => ({ agents: host?.agents() ?? 0 }),
    stop(reason) {
      starting.abort(new Error(`stopped by ${reason}`));
      host?.drain(reason).catch(() => undefined); // what fails is told by `closed`
      setTimeout(() => {
        logger.error({ reason }, "the container host does not end by itself, and is ended");
        process.exit(1);
      }, config.drainGraceMs + forcedExitMs).unref();
    },
  });
  const telemetry = await registerTelemetry({ service: "container", endpoint: config.otlpEndpoint });
  try {
    host = await startHost(config, { logger, signal: starting.signal });
    if (starting.signal.aborted) host.drain("stopped while it started").catch(() => undefined);
    await host.closed;
  } catch (error) {
    if (starting.signal.aborted && error === starting.signal.reason) logger.info({}, "stopped while it started");
    else {
      logger.error({ error }, "the container host failed");
      process.exitCode = 1;
    }
  }
  await telemetry.shutdown();
  // What a start that failed had opened keeps the process alive, and who waits for it would take it for a slow one.
  if (process.exitCode !== undefined) process.exit();
}

/** Instead of a host: one line of JSON with the agent programs there are here, for the program choice on standard input. */
async function tellPrograms(): Promise<void> {
  const choice = programChoice.parse(JSON.parse(await firstLine()));
  process.stdout.write(`${JSON.stringify(await lookAtPrograms(choice))}\n`);
}

try {
  await (process.argv[2] === "programs" ? tellPrograms() : main());
} catch (error) {
  createLogger("container").error({ error }, "the container host could not start");
  process.exitCode = 1;
}
