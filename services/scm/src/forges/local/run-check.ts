import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killGroup, startGroup, type ProcessRecord } from "@gastown/service";
import type { Git } from "./git.ts";
import { createTail } from "./tail.ts";

export interface CheckRun {
  readonly git: Git;
  /** The bare repository. */
  readonly repo: string;
  readonly commit: string;
  readonly command: string;
  /** `PATH` for the command. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told before the command can do anything, so that whoever comes after a crash can clean up. */
  readonly onStart: (trace: CheckTrace) => Promise<void>;
}

/** What a running check leaves on its machine. */
export interface CheckTrace {
  readonly group: ProcessRecord;
  readonly folder: string;
}

export interface CheckEnd {
  readonly state: "success" | "failure" | "timed_out";
  readonly log: string;
}

const graceMs = 2_000;

/**
 * Runs a rig's check on one commit: a fresh copy of exactly that commit in a folder of its own, a process group of its own,
 * an environment with nothing of ours. Nothing of it is left afterwards. Throws when it could not be run to an end.
 */
export async function runCheck(run: CheckRun): Promise<CheckEnd> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-check-"));
  try {
    const work = await checkOut(run, folder);
    return await runCommand(run, folder, work);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Ends what a check of a crashed service left behind. */
export async function sweepCheck({ group, folder }: CheckTrace): Promise<void> {
  await killGroup(group, { graceMs: 0 });
  if (folder.startsWith(join(tmpdir(), "gastown-check-"))) await rm(folder, { recursive: true, force: true });
}

/** A clone of one commit, tied to nothing: what the command does to it stays there. */
async function checkOut({ git, repo, commit, signal }: CheckRun, folder: string): Promise<string> {
  const work = join(folder, "work");
  await Promise.all([work, join(folder, "home"), join(folder, "tmp")].map((path) => mkdir(path)));
  await git({ cwd: work, args: ["init", "--quiet", "--template="], signal });
  await git({
    cwd: work,
    args: ["fetch", "--quiet", "--depth=1", "--no-tags", "--", repo, commit],
    signal,
    timeoutMs: 300_000,
  });
  await git({ cwd: work, args: ["checkout", "--quiet", "--detach", "FETCH_HEAD"], signal, timeoutMs: 300_000 });
  return work;
}

async function runCommand(run: CheckRun, folder: string, work: string): Promise<CheckEnd> {
  const tail = createTail({ lines: 200, characters: 64_000 });
  const { record, child } = startGroup({
    command: "/bin/sh",
    args: ["-c", run.command],
    cwd: work,
    env: checkEnv(run, folder),
    stdout: "pipe",
    stderr: "pipe",
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => tail.add(text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => tail.add(text));
  const closed = once(child, "close");
  try {
    await run.onStart({ group: record, folder });
    const end = await untilExit(child, run);
    // What it left running in the background holds its output open, and has no business any more.
    await killGroup(record, { graceMs: end === "timed_out" ? graceMs : 0 });
    await closed;
    if (end === "timed_out") tail.add(`\n[ended after ${Math.round(run.timeoutMs / 1000)} s]\n`);
    return { state: end, log: tail.text() };
  } finally {
    await killGroup(record, { graceMs: 0 });
  }
}

/** How the command ended; throws when we are to stop. */
async function untilExit(child: ChildProcess, { timeoutMs, signal }: CheckRun): Promise<CheckEnd["state"]> {
  const timeout = AbortSignal.timeout(timeoutMs);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode === 0 ? "success" : "failure";
  try {
    const [code] = (await once(child, "exit", { signal: AbortSignal.any([signal, timeout]) })) as [number | null];
    return code === 0 ? "success" : "failure";
  } catch (error) {
    if (timeout.aborted && !signal.aborted) return "timed_out";
    throw error;
  }
}

function checkEnv({ path, commit }: CheckRun, folder: string): Record<string, string> {
  return {
    PATH: path,
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    LANG: "C.UTF-8",
    CI: "true",
    GASTOWN_COMMIT: commit,
    GIT_TERMINAL_PROMPT: "0",
  };
}
