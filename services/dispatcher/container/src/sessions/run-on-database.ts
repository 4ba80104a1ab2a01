import { Worker } from "node:worker_threads";

/** Something that is done with a database of an agent's. */
export type DatabaseTask =
  | { do: "copy"; file: string; to: string }
  | { do: "adopt"; file: string; from: string; directory: string };

const worker = new URL("database-worker.ts", import.meta.url);

/** Does it in a thread of its own: a large database must not hold up the host. Throws what went wrong there. */
export function runOnDatabase(task: DatabaseTask): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(worker, { workerData: task, execArgv: ["--disable-warning=ExperimentalWarning"] });
    thread.once("error", reject);
    thread.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`a thread for a database ended with ${code}`)),
    );
  });
}
