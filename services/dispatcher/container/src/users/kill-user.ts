import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { AgentUser } from "./agent-user.ts";
import { killNow } from "./kill-now.ts";

const everyMs = 50;
const unkillableMs = 10_000;

async function ownerOf(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    if (/^State:\s*Z/m.test(status)) return null;
    return Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ESRCH") return null; // it has ended
    throw error;
  }
}

async function processesOf({ uid }: AgentUser): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const owners = await Promise.all(pids.map(ownerOf));
  return pids.filter((_, index) => owners[index] === uid);
}

/** No process of the user lives. Throws when one cannot be killed. */
export async function killUser(user: AgentUser): Promise<void> {
  for (const until = Date.now() + unkillableMs; ; await wait(everyMs)) {
    const pids = await processesOf(user);
    if (pids.length === 0) return;
    if (Date.now() > until) throw new Error(`cannot kill ${pids.join(", ")} of user ${user.uid}`);
    for (const pid of pids) killNow(pid);
  }
}
