import type { Tx } from "@gastown/db";

/** A row by its town and an id in it. */
export interface Key {
  readonly town: string;
  readonly id: string;
}

/** What was found for a key. */
interface Found<T> extends Key {
  readonly value: T;
}

/** Reads all that belongs to these keys, in one query. */
type Read<T> = (keys: readonly Key[]) => Promise<readonly Found<T>[]>;

/** The same for one town. What is asked for in the same turn of the event loop, for whatever towns, is read together. */
export type Reader<T> = (town: string, ids: readonly string[]) => Promise<T[]>;

/** Reads on the connection of a transaction, for several who do not know of each other. */
export interface BatchReads {
  readonly reader: <T>(read: Read<T>) => Reader<T>;
  /** Anything else, in the same turn. */
  readonly alone: <T>(fn: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** Runs queries; answers how those who asked for them are told. */
type Work = () => Promise<() => void>;

export function createBatchReads(tx: Tx): BatchReads {
  const batches: { take(): Work[] }[] = [];
  let others: Work[] = [];
  let running: Promise<void> = Promise.resolve();
  let called = false;
  const run = async (): Promise<void> => {
    const work = [...batches.flatMap((batch) => batch.take()), ...others];
    others = [];
    const tell = await Promise.all(work.map((each) => each()));
    // Told all at once, so that what they ask for next is together again.
    for (const each of tell) each();
  };
  const call = (): void => {
    if (called) return;
    called = true;
    // At the end of this turn, when everybody has asked who goes on in it.
    setImmediate(() => {
      called = false;
      running = running.then(run);
    });
  };
  return {
    reader<T>(read: Read<T>): Reader<T> {
      const batch = createBatch(read);
      batches.push(batch);
      return (town, ids) => {
        if (ids.length === 0) return Promise.resolve([]);
        call();
        return batch.add(town, ids);
      };
    },
    alone<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
      const settled = Promise.withResolvers<T>();
      others.push(() => outcomeOf(fn(tx), settled));
      call();
      return settled.promise;
    },
  };
}

interface Asked<T> {
  readonly town: string;
  readonly ids: ReadonlySet<string>;
  readonly settled: PromiseWithResolvers<T[]>;
}

function createBatch<T>(read: Read<T>): { add: Reader<T>; take(): Work[] } {
  let waiting: Asked<T>[] = [];
  return {
    add(town, ids) {
      const settled = Promise.withResolvers<T[]>();
      waiting.push({ town, ids: new Set(ids), settled });
      return settled.promise;
    },
    take() {
      const asked = waiting;
      waiting = [];
      return asked.length === 0 ? [] : [() => readAll(read, asked)];
    },
  };
}

async function readAll<T>(read: Read<T>, asked: readonly Asked<T>[]): Promise<() => void> {
  const all = Promise.withResolvers<readonly Found<T>[]>();
  const keys = keysOf(asked);
  const tell = await outcomeOf(read(keys), all);
  for (const { town, ids, settled } of asked) {
    all.promise
      .then((found) => found.flatMap((row) => (row.town === town && ids.has(row.id) ? [row.value] : [])))
      .then(settled.resolve, settled.reject);
  }
  return tell;
}

/** What is asked for more than once is read once. */
function keysOf(asked: readonly Pick<Asked<unknown>, "town" | "ids">[]): Key[] {
  const byTown = Map.groupBy(asked, ({ town }) => town);
  return Array.from(byTown).flatMap(([town, of]) => {
    const ids = new Set(of.flatMap(({ ids: each }) => [...each]));
    return Array.from(ids, (id) => ({ town, id }));
  });
}

async function outcomeOf<T>(promise: Promise<T>, settled: PromiseWithResolvers<T>): Promise<() => void> {
  try {
    const value = await promise;
    return () => settled.resolve(value);
  } catch (error) {
    return () => settled.reject(error);
  }
}
