import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { AgentUser } from "./agent-user.ts";

/** Who is whom, among those that the host runs things for. */
export interface Users {
  /** An agent; `rig`: it may read that rig's store. Null: it runs as the host's own user. */
  agent(agent: string, rig: string | null): AgentUser | null;
  /** Who fetches into a rig's store, and owns it. */
  store(rig: string): AgentUser | null;
  /** As whom agent programs are tried out. */
  programs(): AgentUser | null;
}

/** All are the host's own user: agents are not kept apart. */
export const sameUser: Users = { agent: () => null, store: () => null, programs: () => null };

const table = z.record(z.string(), z.int().positive());
/** User numbers are 32 bits wide; this is enough, and below what systems give to containers of their own. */
const lastUid = 59_999;

function readTable(file: string): Map<string, number> {
  if (!existsSync(file)) return new Map();
  try {
    return new Map(Object.entries(table.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch (cause) {
    // Made up anew, it would give one agent's files to another.
    throw new Error(`The table of users ${file} cannot be read. It says whose files are whose: restore it.`, { cause });
  }
}

function writeTable(file: string, known: Map<string, number>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * A user of its own for each agent and each rig's store, from `firstUid` up, each with a group of the same number. Who has which stands
 * in the file, so that it stays the same as long as the town's files do; no number is given twice. Throws when the file cannot be read,
 * or when there is no number left.
 */
export function createUsers({ file, firstUid }: { file: string; firstUid: number }): Users {
  const known = readTable(file);
  function idOf(name: string): number {
    const found = known.get(name);
    if (found !== undefined) return found;
    const next = Math.max(firstUid - 1, ...known.values()) + 1;
    if (next > lastUid) throw new Error(`There is no user number left below ${lastUid + 1} for ${name}.`);
    known.set(name, next);
    writeTable(file, known);
    return next;
  }
  function userOf(name: string, groups: readonly number[]): AgentUser {
    const id = idOf(name);
    return { uid: id, gid: id, groups };
  }
  return {
    agent: (agent, rig) => userOf(`agent/${agent}`, rig === null ? [] : [idOf(`store/${rig}`)]),
    store: (rig) => userOf(`store/${rig}`, []),
    programs: () => userOf("programs", []),
  };
}
