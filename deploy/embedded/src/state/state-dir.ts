import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { z } from "zod";

/** The folder in which one installation keeps everything. */
export interface StateDir {
  path: string;
  /** The absolute path of something in it. */
  file(...parts: string[]): string;
  /** Makes a folder in it that only its owner may enter. */
  folder(name: string): Promise<string>;
  /** A kept value; null when there is none. Throws when it is there and not what it should be. */
  read<T>(name: string, schema: z.ZodType<T>): Promise<T | null>;
  /** Keeps a value, readable by its owner only, in one step: a reader sees the old one or the new one. */
  write(name: string, value: unknown): Promise<void>;
  forget(name: string): Promise<void>;
}

/** Opens a state folder, made when missing. Others may pass through it (Postgres may run as another user), not list it. */
export async function openStateDir(path: string): Promise<StateDir> {
  const root = resolve(path);
  await mkdir(root, { recursive: true });
  await chmod(root, 0o711);
  const file = (...parts: string[]) => join(root, ...parts);
  return {
    path: root,
    file,
    async folder(name) {
      await mkdir(file(name), { recursive: true, mode: 0o700 });
      return file(name);
    },
    async read(name, schema) {
      const text = await readIfThere(file(name));
      return text === null ? null : parse(file(name), text, schema);
    },
    async write(name, value) {
      const fresh = file(`.${name}.${process.pid}`);
      const handle = await open(fresh, "w", 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, file(name));
    },
    forget: (name) => rm(file(name), { force: true }),
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parse<T>(path: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is damaged: move it away and start again`, { cause });
  }
}
