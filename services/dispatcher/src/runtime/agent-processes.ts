import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { AgentProcess } from "../domain/orphans.ts";

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return ""; // it ended, or is another user's
  }
}

/** Whose home it is, by the layout of container hosts' state folders: `<town>/agents/<agent>/home`. */
function ownerOf(home: string, stateDir: string): Pick<AgentProcess, "town" | "agent"> | null {
  const [town, folder, agent, last, ...rest] = relative(stateDir, home).split(sep);
  if (town === undefined || town === ".." || agent === undefined) return null;
  return folder === "agents" && last === "home" && rest.length === 0 ? { town, agent } : null;
}

async function look(pid: number, stateDir: string): Promise<AgentProcess | null> {
  const variables = (await read(`/proc/${pid}/environ`)).split("\0");
  const home = variables.find((one) => one.startsWith("HOME="))?.slice("HOME=".length);
  const owner = home === undefined ? null : ownerOf(home, stateDir);
  if (owner === null) return null;
  const command = (await read(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim();
  return { ...owner, pid, command: command.slice(0, 200) };
}

/**
 * The processes of this machine that have an agent's home below the state folder as theirs, whoever started them: agent programs and what
 * they left behind. Only where there is `/proc`; elsewhere none are found.
 */
export async function listAgentProcesses(stateDir: string): Promise<AgentProcess[]> {
  if (process.platform !== "linux") return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => look(pid, join(stateDir))));
  return found.filter((one) => one !== null);
}
