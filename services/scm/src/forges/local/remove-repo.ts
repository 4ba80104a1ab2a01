import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unfinishedImport } from "./import-repo.ts";

/**
 * The bare repository `folder` is not there, nor what imports into it that were killed have left, nor its town's folder if nothing
 * else is in it. Killed halfway it may be called again.
 */
export async function removeRepo(folder: string): Promise<void> {
  const town = dirname(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  for (const name of await namesIn(town)) {
    if (name.startsWith(unfinishedImport(basename(folder))))
      await rm(join(town, name), { recursive: true, force: true, maxRetries: 3 });
  }
  await unless(["ENOENT", "ENOTEMPTY", "EEXIST"], () => rmdir(town));
}

async function namesIn(town: string): Promise<string[]> {
  return (await unless(["ENOENT"], () => readdir(town))) ?? [];
}

/** What `fn` answers; undefined when it fails with one of these codes. */
async function unless<T>(codes: readonly string[], fn: () => Promise<T>): Promise<T | undefined> {
  try {
    return await fn();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!codes.includes(code)) throw error;
    return undefined;
  }
}
