import { execFile } from "node:child_process";
import { ScmError } from "../forge.ts";

export interface GitOptions {
  /** `PATH` for git and what it starts. */
  readonly path: string;
}

interface GitRun {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Exit codes that are answers, besides 0. */
  readonly answers?: readonly number[];
  /** Added to the environment; undefined takes a variable out of it. */
  readonly env?: Record<string, string | undefined>;
}

interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Git = (run: GitRun) => Promise<GitAnswer>;

/** git ended with a code that is no answer; `stderr` says why. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly stderr: string;
  constructor(command: string, stderr: string) {
    super(`git ${command} failed: ${stderr.trim().slice(-2_000) || "no message"}`);
    this.stderr = stderr;
  }
}

const outputLimit = 32 * 1024 * 1024;

/**
 * The environment of every git we start: nothing of the service's own, no configuration of the machine or a person, no
 * question at a terminal, and no transport besides those listed (`ext::` would run any program).
 */
export function gitEnv(options: GitOptions): Record<string, string> {
  return {
    PATH: options.path,
    HOME: "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_AUTHOR_NAME: "Gastown",
    GIT_AUTHOR_EMAIL: "gastown@localhost",
    GIT_COMMITTER_NAME: "Gastown",
    GIT_COMMITTER_EMAIL: "gastown@localhost",
  };
}

/** Runs git, 30 s at most unless told; throws `GitError`, or `ScmError` unavailable when it could not run to its end. */
export function createGit(options: GitOptions): Git {
  const base = gitEnv(options);
  return (run) =>
    new Promise((resolve, reject) => {
      const command = run.args[0] ?? "";
      execFile(
        "git",
        ["-c", "core.hooksPath=/dev/null", ...run.args],
        {
          cwd: run.cwd,
          env: { ...base, ...run.env },
          signal: run.signal,
          timeout: run.timeoutMs ?? 30_000,
          killSignal: "SIGKILL",
          maxBuffer: outputLimit,
          encoding: "utf8",
        },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          if (typeof code !== "number")
            reject(new ScmError("unavailable", `git ${command} did not end by itself`, { cause: error }));
          else if (code === 0 || run.answers?.includes(code)) resolve({ code, stdout, stderr });
          else reject(new GitError(command, stderr));
        },
      );
    });
}
