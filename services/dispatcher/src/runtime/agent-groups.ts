import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { killGroup, type ProcessRecord } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";

/**
 * Every agent group that a town's container recorded in `<state dir>/run/*.json` is gone, and so are the records. A container
 * that was killed cannot end its agents, and they live in process groups of their own.
 */
export async function killAgentGroups(stateDir: string, logger: Logger): Promise<void> {
  const folder = join(stateDir, "run");
  const names = (await listIfThere(folder)).filter((name) => name.endsWith(".json"));
  await Promise.all(names.map((name) => killRecorded(join(folder, name), logger)));
}

async function killRecorded(file: string, logger: Logger): Promise<void> {
  const text = await readIfThere(file);
  if (text === null) return; // its agent ended since the folder was listed
  const record = parseRecord(text);
  // A record that was cut off by a crash names nobody: what it would have named is found through its container's group.
  if (record === null) logger.warn({ file }, "an agent's process record cannot be read, removing it");
  else await killGroup(record, { graceMs: 0 });
  await rm(file, { force: true });
}

function parseRecord(text: string): ProcessRecord | null {
  try {
    const record = JSON.parse(text) as Partial<ProcessRecord>;
    const { pid, startedAt, command, mark } = record;
    if (typeof pid !== "number" || typeof startedAt !== "string" || typeof command !== "string") return null;
    return { pid, startedAt, command, ...(typeof mark === "string" ? { mark } : {}) };
  } catch {
    return null;
  }
}

async function listIfThere(folder: string): Promise<string[]> {
  return (await ifThere(readdir(folder))) ?? [];
}

function readIfThere(file: string): Promise<string | null> {
  return ifThere(readFile(file, "utf8"));
}

async function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
