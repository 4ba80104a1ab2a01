import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isAlive, type ProcessRecord, recordOf } from "@gastown/service";
import type { StateDir } from "./state-dir.ts";

/** Another process runs on the same state folder. */
export class AlreadyRunningError extends Error {
  override name = "AlreadyRunningError";
}

async function holder(path: string): Promise<ProcessRecord | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as ProcessRecord;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // nobody's: locks appear whole, by link(2)
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/**
 * Takes the state folder for this process; the answer gives it back. A lock whose process has ended (a kill -9, a power cut)
 * is taken over. Throws AlreadyRunningError with the pid of the holder.
 */
export async function lockState(state: StateDir): Promise<() => Promise<void>> {
  const path = state.file("lock");
  const mine = state.file(`.lock.${randomUUID()}`);
  await writeFile(mine, JSON.stringify(recordOf(process.pid, process.argv.join(" "))), { mode: 0o600 });
  try {
    while (!(await tryLink(mine, path))) {
      await assertEnded(await holder(path), state);
      await clear(path, state);
    }
    return () => rm(path, { force: true });
  } finally {
    await rm(mine, { force: true });
  }
}

async function assertEnded(other: ProcessRecord | null, state: StateDir): Promise<void> {
  if (other === null || !(await isAlive(other))) return;
  const where = `Its URL and token are in ${state.file("server.json")}`;
  throw new AlreadyRunningError(
    `a town runs on ${state.path} already (pid ${other.pid}).\n${where}; stop it with: kill ${other.pid}`,
  );
}

/** Moves a lock that was seen to be stale away; one that somebody took in between is put back. */
async function clear(path: string, state: StateDir): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  try {
    await assertEnded(await holder(aside), state);
  } catch (error) {
    await tryLink(aside, path);
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
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
