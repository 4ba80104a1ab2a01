import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";
import type { DatabaseTask } from "./run-on-database.ts";

/**
 * `copy`: a whole and consistent copy of a database that is in use. Its file alone is not one: what was written last stands beside it
 * (runtime.md §3, T5).
 */
function copy({ file, to }: Extract<DatabaseTask, { do: "copy" }>): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("pragma busy_timeout = 5000");
    database.prepare("vacuum into ?").run(to);
  } finally {
    database.close();
  }
}

/** `adopt`: checks a copy, and puts its sessions into the folder in which the agent works here. Throws when it is damaged. */
function adopt({ file, from, directory }: Extract<DatabaseTask, { do: "adopt" }>): void {
  const database = new DatabaseSync(file);
  try {
    const check = database.prepare("pragma quick_check").get();
    const result = Object.values(check ?? {})[0];
    if (result !== "ok") throw new Error(`the copy is damaged: ${String(result)}`);
    if (from === directory) return;
    const columns = database.prepare("pragma table_info(session)").all();
    if (columns.some(({ name }) => name === "directory"))
      database.prepare("update session set directory = ? where directory = ?").run(directory, from);
  } finally {
    database.close();
  }
}

const task = workerData as DatabaseTask;
if (task.do === "copy") copy(task);
else adopt(task);
