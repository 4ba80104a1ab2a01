import { createClient } from "@gastown/client";
import { watchFaults } from "@gastown/service";
import type { Arguments } from "./arguments.ts";
import type { GithubStage } from "./demo/github-stage.ts";
import { demoTown } from "./demo/prepare-town.ts";
import { runDemo } from "./demo/run-demo.ts";
import { nextLines, startLines } from "./print-start.ts";
import { type RunningInstallation, startInstallation } from "./start-installation.ts";

/** With --exit the demo gives up after this. */
const demoTimeoutMs = 10 * 60_000;
/** A stop that takes longer is forced. */
const closeTimeoutMs = 60_000;

/** What nobody handled is written down; an exception nobody caught is told to the person and as an event, too, and ends this process. */
function watchForFaults({ installation: { logger }, life }: RunningInstallation): void {
  const onCrash = (thrown: unknown): Promise<void> => {
    console.error(`gastown: ${explain(thrown)}`);
    return life.crashed(thrown);
  };
  watchFaults({ logger, onCrash });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export interface Serving {
  /** Tells a person one thing. */
  say: (line: string) => void;
  /** Aborts the start, or ends what runs. */
  stop: AbortSignal;
  /** Called when the API answers. */
  onStarted: () => void;
}

/** Runs `up` or `demo` until it is over or told to stop; answers the exit code. */
export async function serve(given: Arguments, env: Work["env"], serving: Serving): Promise<number> {
  if (given.forge === "local") return serveWith({ given, env, ...serving, github: null });
  // Loaded only now: the double of GitHub is a third of all that `up` would load, and it has no use for it.
  const { openGithubStage } = await import("./demo/github-stage.ts");
  const github = await openGithubStage(env["PATH"]);
  try {
    return await serveWith({ given, env, ...serving, github });
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
  wanted.onStarted();
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

interface Work extends Serving {
  given: Arguments;
  env: Record<string, string | undefined>;
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
