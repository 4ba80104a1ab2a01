import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Doing } from "../task.ts";

/** Caches of modules are read-only, folders and all: what is in them goes once they may be written. */
async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** Nothing is in the folders; they are there still, as only who has the folder above may take them away. Links are not followed. */
export async function emptyFolders({ folders }: { folders: string[] }, { signal }: Doing): Promise<null> {
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      signal.throwIfAborted();
      await remove(join(folder, name));
    }
  }
  return null;
}
