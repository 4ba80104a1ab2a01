import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const onLinux = process.platform === "linux";
const psTimeoutMs = 5_000;

/** One process of this machine, as the system shows it. */
export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** When it began, by the system's words: with the pid it names one process for ever. */
  startedAt: string;
  /** Ended already, only not yet collected by its parent. */
  zombie: boolean;
}

/** The start time of a process of ours that was just started and not collected yet. */
export function startTimeOf(pid: number): string {
  if (onLinux) return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"), bootId()).startedAt;
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", timeout: psTimeoutMs }).trim();
}

/** One process, or null when there is none of that number. */
export async function findProcess(pid: number): Promise<ProcessRow | null> {
  if (onLinux) return readLinuxProcess(pid, bootId());
  const rows = await listProcesses();
  return rows.find((row) => row.pid === pid) ?? null;
}

/** All processes of this machine. */
export async function listProcesses(): Promise<ProcessRow[]> {
  if (!onLinux) {
    const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], { timeout: psTimeoutMs });
    return parsePs(stdout);
  }
  const boot = bootId();
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = await Promise.all(pids.map((pid) => readLinuxProcess(pid, boot)));
  return rows.filter((row) => row !== null);
}

/** The processes in whose environment `text` stands; those of other users are not looked into. */
export async function findByEnvironment(text: string): Promise<Set<number>> {
  if (!onLinux) {
    const { stdout } = await run("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
      timeout: psTimeoutMs,
      maxBuffer: 64 * 1024 * 1024,
    });
    return new Set(
      stdout
        .split("\n")
        .filter((line) => line.includes(text))
        .map((line) => Number.parseInt(line, 10)),
    );
  }
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ((await readIfThere(`/proc/${pid}/environ`))?.includes(text) ? pid : null)),
  );
  return new Set(found.filter((pid) => pid !== null));
}

/** Reads the output of `ps -o pid=,ppid=,pgid=,stat=,lstart=`. */
export function parsePs(output: string): ProcessRow[] {
  return output.split("\n").flatMap((line) => {
    const [, pid, parent, group, state, startedAt] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (startedAt === undefined || state === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), startedAt, zombie: state.startsWith("Z") },
    ];
  });
}

/** Reads `/proc/<pid>/stat` (proc(5)): the name, in brackets, may hold anything, so fields are counted behind its last bracket. */
export function parseStat(stat: string, boot: string): ProcessRow {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    // Ticks since the machine started (field 22): only with the boot they name a moment.
    startedAt: `${fields[19]}@${boot}`,
    zombie: fields[0] === "Z" || fields[0] === "X",
  };
}

async function readLinuxProcess(pid: number, boot: string): Promise<ProcessRow | null> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  return stat === null ? null : parseStat(stat, boot);
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** The file's text, or null when its process has ended meanwhile or belongs to somebody else. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM") return null;
    throw error;
  }
}
