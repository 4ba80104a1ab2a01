import { cpus, totalmem } from "node:os";
import { runBench, say } from "../run-bench.ts";
import { help, readOptions, type StartupOptions } from "./options.ts";
import { percentiles, toText, type Kind, type Startup } from "./report.ts";
import { startStartupWorld, type Boot, type StartupWorld } from "./startup-world.ts";

/** One start of each kind. They take turns, so that a busy moment of the machine falls on all of them. */
async function measureRound(world: StartupWorld, round: number, warmDir: string): Promise<Record<Kind, number>> {
  const boots: [Kind, Omit<Boot, "name">][] = [
    ["cold", { stateDir: world.folder(), prewarm: false }],
    ["warm", { stateDir: warmDir, prewarm: true }],
    ["prewarmed", { stateDir: world.folder(), prewarm: true }],
  ];
  const took: Record<Kind, number> = { cold: Number.NaN, warm: Number.NaN, prewarmed: Number.NaN };
  for (const [kind, boot] of boots) {
    const { phases, prewarmed, resumed } = await world.startOnce({ ...boot, name: `bench-${kind}-${round}` });
    if (prewarmed !== boot.prewarm) throw new Error(`a ${kind} start was ${prewarmed ? "" : "not "}prewarmed`);
    if (!resumed) throw new Error(`a ${kind} start did not go on in the stored session`);
    took[kind] = phases.sdk_ready ?? Number.NaN;
  }
  say(
    `round ${round}: ${Object.entries(took)
      .map(([kind, ms]) => `${kind} ${ms} ms`)
      .join(", ")}`,
  );
  return took;
}

async function measure(options: StartupOptions, path: string): Promise<Startup> {
  const world = await startStartupWorld(options, path);
  try {
    const rounds: Record<Kind, number>[] = [];
    const warmDir = world.folder();
    await world.startOnce({ name: "bench-first", stateDir: warmDir, prewarm: false });
    for (let round = 1; round <= options.rounds; round += 1) rounds.push(await measureRound(world, round, warmDir));
    const of = (kind: Kind) => percentiles(rounds.map((took) => took[kind]));
    return {
      sdkReadyMs: { cold: of("cold"), warm: of("warm"), prewarmed: of("prewarmed") },
      rounds: options.rounds,
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
  const startup = await measure(options, path);
  process.stdout.write(`${options.json ? JSON.stringify(startup, null, 2) : toText(startup)}\n`);
}

await runBench(help, main);
