import { execFile } from "node:child_process";
import { commandAs, type AgentUser } from "../users/agent-user.ts";
import type { Rescued } from "./rescued.ts";

/** Where and as whom git runs. `env` is all that git sees. */
export interface GitPlace {
  /** Whose place it is, when that is not who runs this: what stands there may be run by git. */
  user: AgentUser | null;
  cwd: string;
  env: Record<string, string>;
  signal: AbortSignal;
  timeoutMs: number;
  /** Told of work that was pushed since it would have been lost. Left out: where nothing is ever rescued, and in tests. */
  rescued?: ((work: Rescued) => void) | undefined;
}

/** Where branches of the forge stay known in a clone that the forge does not have any more. */
export const seenRefs = "refs/gastown/seen";

/** A git command that failed, with what it said. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly args: readonly string[];
  /** Null when git was stopped (time-out or abort). */
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    const how = exitCode === null ? "was stopped before it ended" : `failed (${exitCode})`;
    super(`git ${args[0] ?? ""} ${how}: ${stderr.trim().slice(-1_000)}`);
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** Takes user names and passwords out of URLs in a text. */
export function redactUrls(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, "$1");
}

/**
 * Runs git to its end and answers what it wrote, trimmed. Hooks are off: they belong to the agent's own commands.
 * Throws `GitError` on any other exit than 0, when the time is over, or when the signal aborts.
 */
export function runGit(place: GitPlace, ...args: string[]): Promise<string> {
  const told = ["-c", "core.hooksPath=/dev/null", ...args];
  const git = commandAs(place.user, { command: "git", args: told, cwd: place.cwd });
  const options = {
    cwd: git.cwd,
    env: place.env,
    signal: place.signal,
    timeout: place.timeoutMs,
    killSignal: "SIGKILL" as const,
    maxBuffer: 32 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    execFile(git.command, [...git.args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim());
      const exitCode = typeof error.code === "number" ? error.code : null;
      reject(new GitError(args, exitCode, redactUrls(stderr === "" ? error.message : stderr)));
    });
  });
}

/** As `runGit`, but a command that fails by itself answers null; being stopped still throws. */
export async function tryGit(place: GitPlace, ...args: string[]): Promise<string | null> {
  try {
    return await runGit(place, ...args);
  } catch (error) {
    if (error instanceof GitError && error.exitCode !== null) return null;
    throw error;
  }
}
