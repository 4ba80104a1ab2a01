import type { Client } from "pg";

/** Where a contender works: a database of its own, empty, and a fresh nats-server. */
export interface Ground {
  readonly natsUrl: string;
  readonly databaseUrl: string;
  /** A connection of the measuring process. */
  readonly client: Client;
}

/** Who is compared. */
export interface Contender {
  readonly name: string;
  /** How it works, in a line. */
  readonly how: string;
  /** Starts its worker process and makes what it needs; nothing is measured yet. */
  open(ground: Ground): Promise<Opened>;
}

export interface Opened {
  /** Makes `count` commands; answers what enqueues all of them. */
  prepare(count: number): () => Promise<void>;
  /** How many commands have their effect committed by now and are done with, of all that were enqueued so far. */
  applied(): Promise<number>;
  /** Throws when anything of all that was enqueued took effect not at all, or twice. Waits for what comes after the effects. */
  verify(enqueued: number): Promise<void>;
  close(): Promise<void>;
}

export const townCount = 64;
export const bodyText = "Change the parser so that it takes a trailing comma, and say so in the documentation. ".repeat(
  3,
);

/** What a one-row transaction writes: about as large as a command to make a bead. */
export interface Job {
  readonly id: string;
  readonly town: string;
  readonly title: string;
  readonly body: string;
}

export function jobOf(n: number): Job {
  return { id: `job-${n}`, town: `town-${n % townCount}`, title: `Do thing number ${n}`, body: bodyText };
}

/** Calls `fn` for every item, so many at once. */
export async function inFlight<T>(
  items: readonly T[],
  atOnce: number,
  fn: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const next = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of next) await fn(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** The one number a query answers as `n`. */
export async function numberFrom(client: Client, query: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await client.query<{ n: string }>(query, [...values]);
  return Number(rows[0]?.n);
}

/** Throws unless they are the same. */
export function expectNumber(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}
