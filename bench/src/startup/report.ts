export type Kind = "cold" | "warm" | "prewarmed";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** What was measured: how long starts waited for an agent server that answers and has its tools, in milliseconds. */
export interface Startup {
  readonly sdkReadyMs: Readonly<Record<Kind, Percentiles>>;
  readonly rounds: number;
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
  return { p50: at(0.5), p95: at(0.95) };
}

/** The same for people. */
export function toText({ sdkReadyMs, rounds, program, machine }: Startup): string {
  const { cpu, cores, memoryGiB, node, at } = machine;
  return [
    `sdk_ready of a mayor's start, ${program}, ${rounds} of each kind, in ms`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, node ${node}, ${at}`,
    "",
    "| Start | p50 | p95 |",
    "|---|---:|---:|",
    ...Object.entries(sdkReadyMs).map(([kind, { p50, p95 }]) => `| ${kind} | ${p50} | ${p95} |`),
  ].join("\n");
}
