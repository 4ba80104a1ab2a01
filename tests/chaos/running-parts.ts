import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { processesOf } from "../e2e/gastown-process.ts";

/** One process of the product, and who started it. */
interface Part {
  pid: number;
  parent: number;
  command: string;
}

/** The processes of a running product that chaos knows. */
interface RunningParts {
  /** Agents' servers. */
  agents: Part[];
  /** Container hosts. */
  hosts: Part[];
  /** The agents that one host started. */
  agentsOf: (host: Part) => Part[];
  /** Agents whose host is gone. */
  orphans: Part[];
}

/** What runs on this state folder now. Linux. */
export async function runningParts(state: string): Promise<RunningParts> {
  const found = await Promise.all((await processesOf(state)).map(withParent));
  const parts = found.filter((part) => part !== null);
  const hosts = parts.filter(({ command }) => command.includes("container/src/main.ts"));
  const agents = parts.filter(({ command }) => / serve --hostname=/.test(command));
  const agentsOf = (host: Part): Part[] => agents.filter(({ parent }) => parent === host.pid);
  const orphans = agents.filter(({ parent }) => !hosts.some(({ pid }) => pid === parent));
  return { agents, hosts, agentsOf, orphans };
}

async function withParent({ pid, command }: { pid: number; command: string }): Promise<Part | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return { pid, command, parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) };
  } catch {
    return null; // ended meanwhile
  }
}

/** The nats-server of a state folder. */
export async function natsPid(state: string): Promise<number> {
  const kept = JSON.parse(await readFile(join(state, "nats.json"), "utf8")) as { record: { pid: number } };
  return kept.record.pid;
}

/** The first process of the Postgres of a state folder; null while there is none. */
export async function postgresPid(state: string): Promise<number | null> {
  const first = (await processesOf(state)).find(({ command }) => /postgres.* -D /.test(command));
  return first?.pid ?? null;
}
