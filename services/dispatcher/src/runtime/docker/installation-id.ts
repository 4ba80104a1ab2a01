import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The id of the installation whose state folder this is: made up the first time, the same from then on. */
export async function installationId(stateDir: string): Promise<string> {
  const file = join(stateDir, "_installation");
  const known = await readIfThere(file);
  if (known !== null) return known;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  await writeFile(aside, randomBytes(6).toString("hex"), { mode: 0o600 });
  try {
    await link(aside, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error; // another dispatcher was faster: its id is the one
  } finally {
    await rm(aside, { force: true });
  }
  return readFile(file, "utf8");
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
