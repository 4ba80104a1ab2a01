import type { IdleCost } from "./idle.ts";
import type { KindRates } from "./kinds.ts";
import type { LookCost } from "./looks.ts";
import type { Machine } from "./machine.ts";

/** One contender's commands per second. */
export interface Throughput {
  readonly name: string;
  readonly how: string;
  readonly median: number;
  readonly rounds: readonly number[];
}

/** All that was measured; a part that was not asked for is null. */
export interface Results {
  readonly machine: Machine;
  readonly commands: number;
  readonly throughput: readonly Throughput[] | null;
  readonly kinds: KindRates | null;
  readonly looks: readonly LookCost[] | null;
  readonly idle: IdleCost | null;
}

/** For programs: `commandsPerSecond` by contender, how many times the others' the town's is, and everything else. */
export function toJson(results: Results): string {
  const { throughput, ...rest } = results;
  const rate = (name: string): number | null => {
    const found = throughput?.find((contender) => contender.name === name);
    return found === undefined ? null : Math.round(found.median);
  };
  const commandsPerSecond = {
    gastown: rate("gastown"),
    raw: rate("raw JetStream + Postgres"),
    pgBoss: rate("pg-boss"),
    graphileWorker: rate("graphile-worker"),
  };
  return JSON.stringify({ commandsPerSecond, times: timesOf(throughput), throughput, ...rest }, null, 2);
}

/** How many times the rate of each other contender the town's is. */
function timesOf(throughput: Results["throughput"]): Record<string, number> {
  const [own, ...others] = throughput ?? [];
  return Object.fromEntries(others.map(({ name, median }) => [name, Number(((own?.median ?? 0) / median).toFixed(2))]));
}

/** For people: tables in Markdown. */
export function toText({ machine, commands, throughput, kinds, looks, idle }: Results): string {
  return [
    machineText(machine),
    throughput === null ? "" : throughputText(throughput, commands),
    kinds === null ? "" : kindsText(kinds),
    looks === null ? "" : looksText(looks),
    idle === null ? "" : idleText(idle),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function machineText({ cpu, cores, memoryGiB, kernel, node, nats, postgres, at }: Machine): string {
  const programs = `Node ${node.replace("v", "")}, nats-server ${nats}, Postgres ${postgres} (fsync, synchronous_commit and full_page_writes on)`;
  return `${at.slice(0, 10)}: ${cores} cores of ${cpu}, ${memoryGiB} GiB, Linux ${kernel}; ${programs}`;
}

function throughputText(throughput: readonly Throughput[], commands: number): string {
  const [own] = throughput;
  const rows = throughput.map(({ name, median, rounds, how }) => [
    name,
    whole(median),
    own === undefined || name === own.name ? "" : `${(own.median / median).toFixed(2)} x`,
    rounds.map(whole).join(", "),
    how,
  ]);
  const head = ["", "commands/s", "gastown is", "rounds", "how"];
  return `${commands} commands in 64 towns, from the first enqueue until the last is done, medians\n\n${table([head, ...rows])}`;
}

function kindsText({ update, heartbeat }: KindRates): string {
  const rows = [
    ["bead.update", whole(update)],
    ["agent.heartbeat", whole(heartbeat)],
  ];
  return `Other commands to the town service\n\n${table([["", "commands/s"], ...rows])}`;
}

function looksText(looks: readonly LookCost[]): string {
  const head = [
    "live beads",
    "closed beads",
    "first look, ms",
    "a look, ms",
    "of which its own processor time, ms",
    "queries",
  ];
  const rows = looks.map(({ live, closed, firstMs, ms, cpuMs, queries }) => [
    whole(live),
    whole(closed),
    firstMs.toFixed(1),
    ms.toFixed(1),
    cpuMs.toFixed(1),
    queries.toFixed(1),
  ]);
  return `A look of all rules at one town\n\n${table([head, ...rows])}`;
}

function idleText({ towns, seconds, queries, messages, keepAlives, cpuMs }: IdleCost): string {
  return `${whole(towns)} idle towns in ${seconds} s: ${queries} queries, ${messages} messages. Besides: ${keepAlives} requests and heartbeats of the 32 shards' consumers, which are there without any town; ${Math.round(cpuMs)} ms of processor time.`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
