import { Worker } from "node:worker_threads";

/** What a thread tells: so many histories more are done, the last of them with this violation or none. */
export interface Told {
  readonly done: number;
  readonly violation: string | null;
}

/** Histories of the seeds from `seed` on. */
export interface Histories {
  readonly seed: number;
  readonly histories: number;
  /** Threads, each with its share of them. */
  readonly workers: number;
}

/**
 * All of them were run, in threads that Node loads the modules for, without what a test runner does to them; `onTold` was told of
 * each violation, and from time to time how far it is. Rejects when a thread fails.
 */
export async function runHistories(
  { seed, histories, workers }: Histories,
  onTold: (told: Told) => void,
): Promise<void> {
  const runShare = async (share: number): Promise<void> => {
    const workerData = { first: seed + share, end: seed + histories, of: workers };
    const worker = new Worker(new URL("simulate-worker.ts", import.meta.url), { workerData, execArgv: [] });
    worker.on("message", onTold);
    await new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", () => resolve());
    });
  };
  await Promise.all(Array.from({ length: workers }, (_, share) => runShare(share)));
}
