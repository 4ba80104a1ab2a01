import { mkdirSync, renameSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { runOnDatabase } from "./run-on-database.ts";

const [compress, expand] = [promisify(gzip), promisify(gunzip)];

function removeDatabase(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
}

/** A whole and consistent copy of a database that may be in use, compressed. Throws when it cannot be had. */
export async function packDatabase(file: string): Promise<Uint8Array> {
  // Beside it: elsewhere there may be no room, or nothing may be written.
  const folder = await mkdtemp(join(dirname(file), ".copy-"));
  try {
    const to = join(folder, "copy.db");
    await runOnDatabase({ do: "copy", file, to });
    return await compress(await readFile(to));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where sessions were made, and where their agent works now. */
export interface Move {
  from: string;
  directory: string;
}

/**
 * The packed database stands in place of the one that is there, its sessions in the folder where the agent works. Throws when it is
 * damaged; then what is there was not touched. Nobody may have the file open.
 */
export async function unpackDatabase(file: string, bytes: Uint8Array, move: Move): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const copy = `${file}.restored`;
  await writeFile(copy, await expand(bytes), { mode: 0o600 });
  try {
    await runOnDatabase({ do: "adopt", file: copy, ...move });
    removeDatabase(file);
    renameSync(copy, file);
  } finally {
    removeDatabase(copy);
  }
}
