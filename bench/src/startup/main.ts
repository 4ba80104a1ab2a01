import { cpus, totalmem } from "node:os";
import { runBench, say } from "../run-bench.ts";
import { measureFleet } from "./measure-fleet.ts";
import { measureRounds } from "./measure-rounds.ts";
import { help, readOptions, type StartupOptions } from "./options.ts";
import { toText, type Startup } from "./report.ts";
import { startStartupWorld } from "./startup-world.ts";

/** What the shell calls the end by Ctrl-C. */
const interruptedCode = 130;

class Interrupted extends Error {}

/** Aborts at the first signal that asks for the end, so that everything that was started is ended first. */
function listenForStop(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) say("interrupted: ending what was started ...");
      stop.abort(new Interrupted(`interrupted by ${name}`));
    });
  }
  return stop.signal;
}

async function measure(options: StartupOptions, path: string, signal: AbortSignal): Promise<Startup> {
  const world = await startStartupWorld(options, path, signal);
  try {
    const sdkReadyMs = await measureRounds(world, options.rounds);
    const fleet = options.agents === 0 ? null : await measureFleet(world, options, path);
    return {
      sdkReadyMs,
      rounds: options.rounds,
      fleet,
      program: options.program,
      machine: {
        cpu: cpus()[0]?.model ?? "unknown",
        cores: cpus().length,
        memoryGiB: Math.round(totalmem() / 1024 ** 3),
        node: process.version,
        at: new Date().toISOString(),
      },
    };
  } finally {
    await world.close();
  }
}

async function main(): Promise<void> {
  const { GASTOWN_KILO_BIN: kiloBin, PATH: path = "/usr/bin:/bin" } = process.env;
  const options = readOptions(process.argv.slice(2), kiloBin);
  if (options === null) return void process.stdout.write(help);
  try {
    const startup = await measure(options, path, listenForStop());
    process.stdout.write(`${options.json ? JSON.stringify(startup, null, 2) : toText(startup)}\n`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say(error.message);
    process.exitCode = interruptedCode;
  }
}

await runBench(help, main);
