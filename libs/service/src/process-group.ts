import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { findByEnvironment, findProcess, listProcesses, startTimeOf, type ProcessRow } from "./process-table.ts";

/** Stands in the environment of all that a group starts, so that what left the group is found too. */
const markVariable = "GASTOWN_GROUP";
const firstPollMs = 20;
const longestPollMs = 250;
const unkillableMs = 10_000;

/** Names one process group for good, also for a later run of this program: keep it as JSON. */
export interface ProcessRecord {
  /** Of the group's first process; it is the group's number too. */
  pid: number;
  /** The system's start time of that process: guards against a pid that was given to another. */
  startedAt: string;
  /** For people. */
  command: string;
  /** Found in the environment of the group's processes and all their descendants. */
  mark?: string | undefined;
}

export interface StartGroupOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Record<string, string | undefined>;
  /** Written to its standard input, which is then closed; nothing and closed by default. Secrets go here, never to `args`. */
  stdin?: string;
  /** Its standard input is left open instead, for whoever has the child. */
  keepStdin?: boolean;
  /** A pipe, or an open file's descriptor; thrown away by default. */
  stdout?: "pipe" | number;
  stderr?: "pipe" | number;
  /** The user it runs as, when this process may choose. */
  user?: { uid: number; gid: number };
}

/**
 * Starts a program as the first process of a group (and session) of its own, which outlives this process.
 * Throws when it cannot be started.
 */
export function startGroup(options: StartGroupOptions): { record: ProcessRecord; child: ChildProcess } {
  const { command, args, stdin, keepStdin = false, stdout = "ignore", stderr = "ignore" } = options;
  const mark = randomUUID();
  // eslint-disable-next-line node/no-process-env -- a group inside a group carries both marks
  const marks = [process.env[markVariable], mark].filter(Boolean).join(":");
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env, [markVariable]: marks },
    detached: true,
    stdio: [stdin === undefined && !keepStdin ? "ignore" : "pipe", stdout, stderr],
    ...options.user,
  });
  child.unref();
  // A failed start is thrown below; Node tells it a second time here, and an event nobody hears ends the process.
  child.once("error", () => {});
  if (child.pid === undefined)
    throw new Error(`cannot start ${command} in ${options.cwd}: check that the program and the folder exist`);
  // A program may end before it has read everything; its exit tells that, so the broken pipe need not.
  child.stdin?.on("error", () => {});
  if (!keepStdin) child.stdin?.end(stdin);
  const record = { pid: child.pid, startedAt: startTimeOf(child.pid), command: [command, ...args].join(" "), mark };
  return { record, child };
}

/** The record of a process that runs now and was not started by `startGroup`. */
export function recordOf(pid: number, command: string): ProcessRecord {
  return { pid, startedAt: startTimeOf(pid), command };
}

/** Whether the group's first process runs; others of the group may live on without it. */
export async function isAlive(record: ProcessRecord): Promise<boolean> {
  const row = await findProcess(record.pid);
  return row !== null && row.startedAt === record.startedAt && !row.zombie;
}

/**
 * When it resolves, nothing of the group lives: not its first process, not its members (also when the first one died
 * before), not descendants that moved to groups of their own. They are asked with SIGTERM, and killed `graceMs` later.
 * Never touches a process that only got the same number. Throws when a process cannot be killed.
 */
export async function killGroup(record: ProcessRecord, { graceMs }: { graceMs: number }): Promise<void> {
  if (graceMs > 0) {
    signalAll(record, await findMembers(record), "SIGTERM");
    if ((await pollMembers(record, graceMs, () => {})).length === 0) return;
  }
  // Again and again: a process may have started another between being listed and being killed.
  const left = await pollMembers(record, unkillableMs, (members) => signalAll(record, members, "SIGKILL"));
  if (left.length > 0) throw new Error(`cannot kill ${record.command}: ${left.map((row) => row.pid).join(", ")}`);
}

/** Looks at what lives of the group until nothing does, or the time is over; answers what is left. */
async function pollMembers(
  record: ProcessRecord,
  withinMs: number,
  onEach: (members: ProcessRow[]) => void,
): Promise<ProcessRow[]> {
  const end = Date.now() + withinMs;
  for (let pauseMs = firstPollMs; ; pauseMs = Math.min(pauseMs * 2, longestPollMs)) {
    const members = await findMembers(record);
    if (members.length === 0 || Date.now() >= end) return members;
    onEach(members);
    await delay(pauseMs);
  }
}

/** All living processes that belong to the group, by its number, by its mark, or as descendants of such. */
async function findMembers(record: ProcessRecord): Promise<ProcessRow[]> {
  const rows = await listProcesses();
  const marked = record.mark === undefined ? new Set<number>() : await findByEnvironment(record.mark);
  const holder = rows.find((row) => row.pid === record.pid);
  // The system gives nobody the number of a group that still has members: a new holder means that ours is empty.
  const groupIsOurs = holder === undefined || holder.startedAt === record.startedAt;
  const found = new Set(
    rows.filter((row) => marked.has(row.pid) || (groupIsOurs && row.group === record.pid)).map((row) => row.pid),
  );
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid);
  }
  return rows.filter((row) => found.has(row.pid) && !row.zombie && row.pid !== process.pid);
}

function signalAll(record: ProcessRecord, members: ProcessRow[], signal: NodeJS.Signals): void {
  const inGroup = members.some((row) => row.group === record.pid);
  const outside = members.filter((row) => row.group !== record.pid).map((row) => row.pid);
  for (const target of inGroup ? [-record.pid, ...outside] : outside) sendSignal(target, signal);
}

function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Gone meanwhile. macOS says EPERM for a group of which only uncollected dead are left.
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
