import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessRecord } from "@gastown/service";

/** What is kept of a started container, in one file: enough to find its processes again, or to see that they are gone. */
export interface ContainerRecord {
  readonly container: string;
  readonly town: string;
  readonly generation: number;
  /** When it was started, ISO 8601. */
  readonly at: string;
  readonly process: ProcessRecord;
}

/** The records of one folder. A file is there whole or not at all. */
export interface ContainerRecords {
  /** Keeps the record. False when there is one of that container already: then nothing was changed. Synchronous, so that there is no moment between a start and its record. */
  add(record: ContainerRecord): boolean;
  has(container: string): boolean;
  list(): Promise<ContainerRecord[]>;
  remove(container: string): Promise<void>;
}

/** Opens the folder of records, made if there is none. */
export async function openContainerRecords(folder: string): Promise<ContainerRecords> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (container: string): string => join(folder, `${container}.json`);
  return {
    add: (record) => addFile(fileOf(record.container), JSON.stringify(record)),
    has: (container) => readIfThere(fileOf(container)) !== null,
    async list() {
      const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
      const records = await Promise.all(names.map((name) => readRecord(join(folder, name))));
      return records.filter((record) => record !== null);
    },
    remove: (container) => rm(fileOf(container), { force: true }),
  };
}

/** Written aside and then linked: a link fails when the name is taken, so that one of two starts wins. */
function addFile(file: string, text: string): boolean {
  const aside = `${file}.${randomUUID()}.tmp`;
  writeFileSync(aside, text, { mode: 0o600 });
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

async function readRecord(file: string): Promise<ContainerRecord | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ContainerRecord;
  } catch (error) {
    // Removed since it was listed: that container is gone.
    if (codeOf(error) === "ENOENT") return null;
    throw new Error(`The container record ${file} cannot be read. Remove it when no container of that name runs.`, {
      cause: error,
    });
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
