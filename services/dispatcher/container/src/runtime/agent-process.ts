import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { killGroup, startGroup } from "@gastown/service";
import type { AgentLaunch } from "./agent-runtime.ts";
import { StartError } from "./start-error.ts";

/** What is run for an agent, with the whole of its environment. */
interface AgentCommand {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
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

function spawn({ command, args, env, talks }: AgentCommand, launch: AgentLaunch): AgentProcess {
  mkdirSync(dirname(launch.logFile), { recursive: true });
  const log = openSync(launch.logFile, "w", 0o600);
  try {
    const { record, child } = startGroup({
      command,
      args,
      cwd: launch.cwd,
      env,
      keepStdin: talks,
      stdout: talks ? "pipe" : log,
      stderr: log,
    });
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    writeFileSync(launch.recordFile, JSON.stringify({ ...record, agent: launch.agent }));
    return {
      child,
      exited,
      async stop() {
        await killGroup(record, { graceMs: stopGraceMs });
        rmSync(launch.recordFile, { force: true });
      },
    };
  } finally {
    closeSync(log);
  }
}

/**
 * Starts an agent program in a process group of its own; its record stands in `launch.recordFile` from the spawn until it is
 * stopped. Throws `StartError` (`unavailable`) when it cannot be started.
 */
export function startAgentProcess(what: AgentCommand, launch: AgentLaunch): AgentProcess {
  try {
    return spawn(what, launch);
  } catch (cause) {
    throw new StartError("unavailable", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The end of what an agent program wrote, for the message of an error. */
export function lastWords({ logFile }: AgentLaunch): string {
  const said = readFileSync(logFile, "utf8").trim().slice(-400);
  return said === "" ? "nothing" : said;
}
