import { createClient } from "@gastown/client";
import type { Arguments } from "./arguments.ts";
import { type GithubStage, openGithubStage } from "./demo/github-stage.ts";
import { demoTown } from "./demo/prepare-town.ts";
import { runDemo } from "./demo/run-demo.ts";
import { nextLines, startLines } from "./print-start.ts";
import { type RunningInstallation, startInstallation } from "./start-installation.ts";

/** With --exit the demo gives up after this. */
const demoTimeoutMs = 10 * 60_000;
/** A stop that takes longer is forced. */
const closeTimeoutMs = 60_000;

/** Ctrl-C under `npm run` arrives twice: from the terminal, and passed on by npm. */
const oneKeyPressMs = 700;

/** The first signal asks everything to stop; the second ends this process at once. */
function listenForStop(say: (line: string) => void): AbortSignal {
  const stop = new AbortController();
  let first = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted && Date.now() - first < oneKeyPressMs) return;
      if (stop.signal.aborted) {
        say("Forced. What still runs is taken over, or cleaned up, by the next start.");
        process.exit(130);
      }
      first = Date.now();
      say("\nStopping: agents save their work, then the services and servers end (again: at once) ...");
      stop.abort();
    });
  }
  return stop.signal;
}

/** What nobody handled is written down; after an exception nobody caught, this process ends: the next start repairs what it left. */
function watchForFaults({ installation: { logger } }: RunningInstallation): void {
  process.on("unhandledRejection", (error) => logger.error({ error }, "a rejected promise was not handled"));
  process.on("uncaughtException", (error) => {
    logger.error({ error }, "an exception was not caught");
    console.error(`gastown: ${explain(error)}`);
    process.exit(1);
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Runs `up` or `demo` until it is over or told to stop; answers the exit code. */
export async function serve(given: Arguments, env: Record<string, string | undefined>): Promise<number> {
  const say = given.json ? () => {} : (line: string) => console.log(line);
  const stop = listenForStop(say);
  if (given.forge === "local") return serveWith({ given, env, say, stop, github: null });
  const github = await openGithubStage(env["PATH"]);
  try {
    return await serveWith({ given, env, say, stop, github });
  } finally {
    await github.close();
  }
}

function start({ given, env, say, stop, github }: Work): Promise<RunningInstallation> {
  const { state, port, command, runtime } = given;
  const isDemo = command === "demo";
  return startInstallation({
    state,
    port,
    scripted: isDemo,
    town: isDemo ? demoTown : null,
    github: github?.config,
    env: runtime === null ? env : { ...env, GASTOWN_RUNTIME: runtime },
    say,
    signal: stop,
  });
}

async function serveWith(wanted: Work): Promise<number> {
  const { given, say, stop, github } = wanted;
  const began = Date.now();
  let running: RunningInstallation;
  try {
    running = await start(wanted);
  } catch (error) {
    if (stop.aborted) return 130;
    console.error(`gastown: ${explain(error)}`);
    return 1;
  }
  github?.begin({ hookUrl: `${running.forgeUrl}/hooks/github`, say });
  watchForFaults(running);
  if (given.json) console.log(JSON.stringify(machineLine(running)));
  else for (const line of [`Started in ${seconds(began)} s`, ...startLines(running)]) say(line);
  try {
    return await work(running, wanted);
  } catch (error) {
    running.installation.logger.error({ error }, "stopped by an error");
    console.error(`gastown: ${explain(error)}`);
    return 1;
  } finally {
    await close(running, say);
  }
}

interface Work {
  given: Arguments;
  env: Record<string, string | undefined>;
  say: (line: string) => void;
  stop: AbortSignal;
  github: GithubStage | null;
}

async function work(running: RunningInstallation, { given, env, say, stop, github }: Work): Promise<number> {
  if (given.command === "demo") {
    const merged = await runDemo({
      client: createClient({ url: running.url, token: running.token }),
      folder: running.installation.state.file("demo", "sample"),
      repositoryOf: (town, rig) => running.installation.state.file("forge", town, `${rig}.git`),
      path: env["PATH"],
      github,
      say,
      signal: stop,
      timeoutMs: given.exit ? demoTimeoutMs : null,
    });
    if (given.exit) return merged ? 0 : 1;
    if (!stop.aborted) say(`The town is running: ${running.url} (token ${running.token})`);
  }
  if (!stop.aborted) for (const line of nextLines(running, process.cwd())) say(line);
  await untilAborted(stop);
  return 0;
}

async function close(running: RunningInstallation, say: (line: string) => void): Promise<void> {
  const began = Date.now();
  const late = setTimeout(() => {
    console.error(`gastown: not stopped after ${closeTimeoutMs / 1_000} s, ending by force`);
    process.exit(1);
  }, closeTimeoutMs);
  await running.close();
  clearTimeout(late);
  say(`Stopped in ${seconds(began)} s. The state is in ${running.installation.state.path}.`);
}

function machineLine({ url, token, town, nats, postgres, model, agentProgram }: RunningInstallation) {
  return {
    schema_version: 1,
    url,
    token,
    town,
    pid: process.pid,
    nats: { url: nats.url, version: nats.serverVersion, source: nats.source, missing: nats.missing },
    postgres: { version: postgres.version, source: postgres.source },
    agent: agentProgram,
    model: { kind: model.kind, label: model.label },
  };
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1_000).toFixed(1);
}
