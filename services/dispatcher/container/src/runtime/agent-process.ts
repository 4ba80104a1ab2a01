import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { startGroup, type ProcessRecord } from "@gastown/service";
import { commandAs, type AgentUser } from "../users/agent-user.ts";
import { killUser } from "../users/kill-user.ts";
import { runTask } from "../users/run-task.ts";
import { endTask, homeTask } from "../users/tasks.ts";
import type { AgentLaunch } from "./agent-runtime.ts";
import { StartError } from "./start-error.ts";
import type { HomeSeed } from "./write-home.ts";

/** What is run for an agent, with the whole of its environment. */
interface AgentCommand {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  /** What it is to find in its home. */
  home: HomeSeed;
  /** It is spoken to over its standard streams; otherwise what it writes is only kept. */
  talks: boolean;
}

/** The process of an agent program, with all it starts. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** Settles when it is gone, with the reason. */
  readonly exited: Promise<string>;
  /** True afterwards: nothing of it lives, and its record is gone. */
  readonly stop: () => Promise<void>;
}

/** Between SIGTERM and SIGKILL; a seeded server needs 40-200 ms (runtime.md §1). */
const stopGraceMs = 5_000;

/** Longer than asking, killing and looking takes; then its user's processes are all killed. */
const endMs = 30_000;

/**
 * All of the group have ended. Which belong to it only their own user can read; should that not be done, all that runs as the user is
 * killed.
 */
async function endGroup(user: AgentUser | null, record: ProcessRecord): Promise<void> {
  try {
    await runTask({ user, signal: AbortSignal.timeout(endMs) }, endTask, { record, graceMs: stopGraceMs });
  } catch (error) {
    if (user === null) throw error;
    await killUser(user);
  }
}

/** The record stands in its file. Where it cannot, as on a full disk, nobody would find the group again: it is ended, and the error thrown. */
async function recordOrEnd({ recordFile, user, agent }: AgentLaunch, record: ProcessRecord): Promise<void> {
  try {
    writeFileSync(recordFile, JSON.stringify({ ...record, agent }));
  } catch (error) {
    await endGroup(user, record);
    // Half of a record names no group.
    rmSync(recordFile, { force: true });
    throw error;
  }
}

async function spawn({ command, args, env, talks }: AgentCommand, launch: AgentLaunch): Promise<AgentProcess> {
  mkdirSync(dirname(launch.logFile), { recursive: true });
  const log = openSync(launch.logFile, "w", 0o600);
  try {
    const { record, child } = startGroup({
      ...commandAs(launch.user, { command, args, cwd: launch.cwd }),
      env,
      keepStdin: talks,
      stdout: talks ? "pipe" : log,
      stderr: log,
    });
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    await recordOrEnd(launch, record);
    return {
      child,
      exited,
      async stop() {
        await endGroup(launch.user, record);
        rmSync(launch.recordFile, { force: true });
      },
    };
  } finally {
    closeSync(log);
  }
}

/**
 * Starts an agent program as the launch's user in a process group of its own; its record stands in `launch.recordFile` from the spawn
 * until it is stopped. Throws `StartError` (`unavailable`) when it cannot be started.
 */
export async function startAgentProcess(what: AgentCommand, launch: AgentLaunch): Promise<AgentProcess> {
  try {
    await runTask({ user: launch.user, signal: AbortSignal.timeout(endMs) }, homeTask, what.home);
    return await spawn(what, launch);
  } catch (cause) {
    throw new StartError("unavailable", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The end of what an agent program wrote, for the message of an error. */
export function lastWords({ logFile }: AgentLaunch): string {
  const said = readFileSync(logFile, "utf8").trim().slice(-400);
  return said === "" ? "nothing" : said;
}
