import { gastown } from "./contenders/gastown.ts";
import { graphileWorker } from "./contenders/graphile-worker.ts";
import { pgBoss } from "./contenders/pg-boss.ts";
import { raw } from "./contenders/raw.ts";
import { measureIdle } from "./idle.ts";
import { measureKinds } from "./kinds.ts";
import { measureLooks } from "./looks.ts";
import { describeMachine } from "./machine.ts";
import { measureRates, median } from "./measure.ts";
import { help, readOptions, type Options } from "./options.ts";
import { toJson, toText, type Results, type Throughput } from "./report.ts";
import { runBench, say } from "./run-bench.ts";
import { startServers, type Servers } from "./servers.ts";

async function measureThroughput(servers: Servers, { commands, rounds }: Options): Promise<Throughput[]> {
  const contenders = [gastown, raw, pgBoss, graphileWorker];
  const rates = await measureRates(servers, contenders, { commands, rounds, say });
  return Array.from(rates, ([{ name, how }, of]) => ({ name, how, median: median(of), rounds: of }));
}

async function measure(options: Options): Promise<Results> {
  const { only, commands, idleSeconds } = options;
  const servers = await startServers();
  try {
    const machine = describeMachine(servers.versions);
    const throughput = only.has("throughput") ? await measureThroughput(servers, options) : null;
    const kinds = only.has("throughput") ? await measureKinds(servers, Math.ceil(commands / 2)) : null;
    const looks = only.has("looks") ? await measureLooks(servers, say) : null;
    const idle = only.has("idle") ? await measureIdle(servers, idleSeconds) : null;
    return { machine, commands, throughput, kinds, looks, idle };
  } finally {
    await servers.close();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return void process.stdout.write(help);
  const results = await measure(options);
  process.stdout.write(`${options.json ? toJson(results) : toText(results)}\n`);
}

await runBench(help, main);
