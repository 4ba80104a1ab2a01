import { closeSync, openSync } from "node:fs";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Logs of ended containers of one town that are kept, the newest ones. */
const keptLogs = 5;
/** As much of a log's end as is read to show its last lines. */
const tailBytes = 64 * 1024;

/** The files that containers write their standard error to. */
export interface ContainerLogs {
  /** A descriptor to append to the container's log with, valid until `fn` returns: a child keeps its own copy. */
  withFile<T>(container: string, fn: (fd: number) => T): T;
  /** The container's log is these lines and no others. */
  replace(container: string, lines: readonly string[]): Promise<void>;
  tail(container: string, lines: number): Promise<string[]>;
  /** Only the town's newest logs are left. */
  prune(town: string): Promise<void>;
  /** No log of the town is left. */
  forget(town: string): Promise<void>;
}

/** Opens the folder of logs, made if there is none. */
export async function openContainerLogs(folder: string): Promise<ContainerLogs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (container: string): string => join(folder, `${container}.log`);
  const keepNewest = async (town: string, kept: number): Promise<void> => {
    const generations = (await readdir(folder))
      .map((name) => generationOf(town, name))
      .filter((generation) => generation !== null)
      .toSorted((a, b) => b - a);
    await Promise.all(generations.slice(kept).map((one) => rm(fileOf(`${town}-${one}`), { force: true })));
  };
  return {
    withFile(container, fn) {
      const fd = openSync(fileOf(container), "a", 0o600);
      try {
        return fn(fd);
      } finally {
        closeSync(fd);
      }
    },
    replace: (container, lines) =>
      writeFile(fileOf(container), lines.map((line) => `${line}\n`).join(""), { mode: 0o600 }),
    tail: (container, lines) => readTail(fileOf(container), lines),
    prune: (town) => keepNewest(town, keptLogs),
    forget: (town) => keepNewest(town, 0),
  };
}

function generationOf(town: string, file: string): number | null {
  if (!file.startsWith(`${town}-`)) return null;
  const [, generation] = /^(\d+)\.log$/.exec(file.slice(town.length + 1)) ?? [];
  return generation === undefined ? null : Number(generation);
}

async function readTail(file: string, lines: number): Promise<string[]> {
  let handle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - from), position: from });
    const text = buffer.toString("utf8", 0, bytesRead).trimEnd();
    return text === "" ? [] : text.split("\n").slice(-lines);
  } finally {
    await handle.close();
  }
}
