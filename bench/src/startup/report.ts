export type Kind = "cold" | "warm" | "prewarmed";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What many starts at once took, and their memory when all of them ran. */
export interface Fleet {
  readonly agents: number;
  readonly rigs: number;
  /** From the beginning of a start to its last phase. */
  readonly startMs: Percentiles;
  readonly sdkReadyMs: Percentiles;
  readonly memoryMiB: { readonly perAgent: Percentiles; readonly host: number };
}

/** What was measured: how long starts waited for an agent server that answers and has its tools, in milliseconds. */
export interface Startup {
  readonly sdkReadyMs: Readonly<Record<Kind, Percentiles>>;
  readonly rounds: number;
  /** Null when it was left out. */
  readonly fleet: Fleet | null;
  readonly program: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
    readonly at: string;
  };
}

/** Nearest rank: a value that was really measured. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function rowOf(name: string, { p50, p95, p99 }: Percentiles): string {
  return `| ${name} | ${p50} | ${p95} | ${p99} |`;
}

function fleetLines({ agents, rigs, startMs, sdkReadyMs, memoryMiB }: Fleet): string[] {
  return [
    "",
    `${agents} polecats in ${rigs} rigs started at once in one container, whose host has ${memoryMiB.host} MiB`,
    "",
    "| | p50 | p95 | p99 |",
    "|---|---:|---:|---:|",
    rowOf("start, ms", startMs),
    rowOf("sdk_ready, ms", sdkReadyMs),
    rowOf("memory per agent, MiB", memoryMiB.perAgent),
  ];
}

/** The same for people. */
export function toText({ sdkReadyMs, rounds, fleet, program, machine }: Startup): string {
  const { cpu, cores, memoryGiB, node, at } = machine;
  return [
    `sdk_ready of a mayor's start, ${program}, ${rounds} of each kind, in ms`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, node ${node}, ${at}`,
    "",
    "| Start | p50 | p95 | p99 |",
    "|---|---:|---:|---:|",
    ...Object.entries(sdkReadyMs).map(([kind, percentile]) => rowOf(kind, percentile)),
    ...(fleet === null ? [] : fleetLines(fleet)),
  ].join("\n");
}
