import type { Client } from "pg";
import type { Contender, Ground, Opened } from "./contender.ts";
import { inGround, type Servers } from "./servers.ts";

const lookEveryMs = 20;
const patienceMs = 120_000;
/** Enough that code is compiled and that tables are as large as Postgres plans for. */
const warmUp = 2_000;

/** Commands per second in each round, by contender. */
export type Rates = ReadonlyMap<Contender, readonly number[]>;

export interface Measuring {
  readonly commands: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Every contender in each round, after a warm-up: enqueued as fast as it takes them, while its worker works. */
export async function measureRates(
  servers: Servers,
  contenders: readonly Contender[],
  { commands, rounds, say }: Measuring,
): Promise<Rates> {
  const rates = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const rate = await inGround(servers, (ground) => measureOnce(contender, ground, commands));
      rates.get(contender)?.push(rate);
      say(`round ${round} of ${rounds}: ${contender.name} ${Math.round(rate)}/s`);
    }
  }
  return rates;
}

async function measureOnce(contender: Contender, ground: Ground, commands: number): Promise<number> {
  const opened = await contender.open(ground);
  try {
    await timed(opened, { count: warmUp, before: 0 });
    await settle(ground.client);
    const seconds = await timed(opened, { count: commands, before: warmUp });
    await opened.verify(warmUp + commands);
    return commands / seconds;
  } finally {
    await opened.close();
  }
}

/** What autovacuum does within a minute, and what is still to be written of what came before, is nobody's cost. */
export async function settle(client: Client): Promise<void> {
  await client.query("vacuum analyze");
  await client.query("checkpoint");
}

/** Seconds from the first enqueue until the last effect is committed. */
export async function timed(
  opened: Pick<Opened, "prepare" | "applied">,
  { count, before }: { count: number; before: number },
): Promise<number> {
  const enqueue = opened.prepare(count);
  const began = performance.now();
  const enqueued = enqueue();
  const failed = new AbortController();
  enqueued.catch((error: unknown) => failed.abort(error));
  while ((await opened.applied()) < before + count) {
    failed.signal.throwIfAborted();
    if (performance.now() - began > patienceMs)
      throw new Error(`only ${await opened.applied()} of ${before + count} are applied`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  const seconds = (performance.now() - began) / 1_000;
  await enqueued;
  return seconds;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
