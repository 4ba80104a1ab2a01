import { describeMachine, type Machine } from "../machine.ts";
import { runBench, say } from "../run-bench.ts";
import { inGround, startServers } from "../servers.ts";
import { measureHooks, type HookResults } from "./measure-hooks.ts";
import { help, readHookOptions, type HookOptions } from "./options.ts";

async function measure(options: HookOptions): Promise<HookResults & { machine: Machine }> {
  const servers = await startServers();
  try {
    const machine = describeMachine(servers.versions);
    return { machine, ...(await inGround(servers, (ground) => measureHooks(ground, options, say))) };
  } finally {
    await servers.close();
  }
}

function toText({ machine, others, latencyMs, ...results }: HookResults & { machine: Machine }): string {
  const { cpu, cores, memoryGiB, kernel, node, nats, postgres, at } = machine;
  const rest = Object.entries(others).map(([status, count]) => `${count} x ${status}`);
  return [
    `${at.slice(0, 10)}: ${cores} cores of ${cpu}, ${memoryGiB} GiB, Linux ${kernel}; Node ${node.replace("v", "")}, nats-server ${nats}, Postgres ${postgres} (fsync on); load, scm and servers share the machine`,
    "",
    `sent      ${results.sent} signed deliveries of ${results.meanBytes} bytes on average, ${results.rate} a second for ${results.seconds} s`,
    `accepted  ${results.accepted} (202), ${results.perSecond} a second; otherwise: ${rest.join(", ") || "none"}`,
    `stored    ${results.stored} in stream HOOK; accepted and not stored: ${results.lost}; stored twice: ${results.storedTwice}`,
    `handled   ${results.handled} after ${(results.handledAfterMs / 1_000).toFixed(1)} s; dead letters: ${results.deadLetters}; ${results.cpuMs} ms of scm's processor time each`,
    `answer    p50 ${latencyMs.p50} ms, p90 ${latencyMs.p90} ms, p99 ${latencyMs.p99} ms, most ${latencyMs.max} ms, from the moment each was due`,
  ].join("\n");
}

async function main(): Promise<void> {
  const options = readHookOptions(process.argv.slice(2));
  if (options === null) return void process.stdout.write(help);
  const results = await measure(options);
  process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : toText(results)}\n`);
  if (results.lost > 0 || results.handled < results.accepted) process.exitCode = 1;
}

await runBench(help, main);
