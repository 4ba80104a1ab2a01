import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isAlive, type ProcessRecord, recordOf } from "@gastown/service";
import type { StateDir } from "./state-dir.ts";

/** Another process runs on the same state folder. */
export class AlreadyRunningError extends Error {
  override name = "AlreadyRunningError";
}

const released = "released";

/**
 * Takes the state folder for this process; the answer gives it back. Each taking is a file `lock.<n>` and the highest rules:
 * numbers only grow, so that of many who want to take over after the same dead holder one can make the next file. Throws
 * AlreadyRunningError with the pid of the holder; one that was killed, or lost its power, holds nothing.
 */
export async function lockState(state: StateDir): Promise<() => Promise<void>> {
  const mine = state.file(`.lock.${randomUUID()}`);
  await writeFile(mine, JSON.stringify(recordOf(process.pid, process.argv.join(" "))), { mode: 0o600 });
  try {
    for (;;) {
      const [highest = 0] = await numbers(state);
      await assertFree(state, highest);
      if (await take(state, highest + 1, mine)) return () => release(state, highest + 1);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Makes a number's file; false when somebody else has that number, or a later one. */
async function take(state: StateDir, number: number, mine: string): Promise<boolean> {
  if (!(await tryLink(mine, lockFile(state, number)))) return false;
  const [newest, ...older] = await numbers(state);
  // Others may have taken it, one after the other, and cleared the number away before it was made here again.
  const outdated = newest === number ? older : [number];
  for (const old of outdated) await rm(lockFile(state, old), { force: true });
  return newest === number;
}

function lockFile(state: StateDir, number: number): string {
  return state.file(`lock.${number}`);
}

/** The numbers that were taken, the newest first. */
async function numbers(state: StateDir): Promise<number[]> {
  const names = await readdir(state.path);
  return names
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => b - a);
}

async function assertFree(state: StateDir, number: number): Promise<void> {
  const holder = number === 0 ? null : await holderOf(lockFile(state, number));
  if (holder === null || !(await isAlive(holder))) return;
  const where = `Its URL and token are in ${state.file("server.json")}`;
  throw new AlreadyRunningError(
    `a town runs on ${state.path} already (pid ${holder.pid}).\n${where}; stop it with: kill ${holder.pid}`,
  );
}

async function holderOf(path: string): Promise<ProcessRecord | null> {
  try {
    const text = await readFile(path, "utf8");
    return text === released ? null : (JSON.parse(text) as ProcessRecord);
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** The number stays taken: only what is in the file changes. */
async function release(state: StateDir, number: number): Promise<void> {
  const fresh = state.file(`.lock.${randomUUID()}`);
  await writeFile(fresh, released, { mode: 0o600 });
  await rename(fresh, lockFile(state, number));
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
