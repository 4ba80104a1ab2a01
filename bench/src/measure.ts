import type { Ground, Contender } from "./contender.ts";
import { inGround, type Servers } from "./servers.ts";

const lookEveryMs = 20;
const patienceMs = 120_000;

/** Commands per second in each round, by contender. */
export type Rates = ReadonlyMap<Contender, readonly number[]>;

export interface Measuring {
  readonly commands: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Every contender in each round, after a warm-up of a tenth: enqueued as fast as it takes them, while its worker works. */
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
      say(`round ${round}: ${contender.name} ${Math.round(rate)}/s`);
    }
  }
  return rates;
}

async function measureOnce(contender: Contender, ground: Ground, commands: number): Promise<number> {
  const opened = await contender.open(ground);
  try {
    const warmUp = Math.ceil(commands / 10);
    await timed(opened, { count: warmUp, before: 0 });
    // A checkpoint of what came before is nobody's cost.
    await ground.client.query("checkpoint");
    const seconds = await timed(opened, { count: commands, before: warmUp });
    await opened.verify(warmUp + commands);
    return commands / seconds;
  } finally {
    await opened.close();
  }
}

type Opened = Awaited<ReturnType<Contender["open"]>>;

/** Seconds from the first enqueue until the last effect is committed. */
async function timed(opened: Opened, { count, before }: { count: number; before: number }): Promise<number> {
  const enqueue = opened.prepare(count);
  const began = performance.now();
  const enqueued = enqueue();
  enqueued.catch(() => {}); // thrown below, when the wait is over
  while ((await opened.applied()) < before + count) {
    if (performance.now() - began > patienceMs)
      throw new Error(`${await opened.applied()} of ${before + count} applied`);
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
