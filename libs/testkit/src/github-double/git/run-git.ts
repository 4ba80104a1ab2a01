import { execFile } from "node:child_process";

export interface GitRun {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, besides 0. */
  readonly answers?: readonly number[];
}
export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of every git the double starts: nothing of the machine's or a person's configuration. */
export function gitEnv(): Record<string, string> {
  return {
    // oxlint-disable-next-line node/no-process-env -- git is found on the PATH of the tests
    PATH: process.env["PATH"] ?? "",
    HOME: "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_COMMITTER_NAME: "GitHub double",
    GIT_COMMITTER_EMAIL: "noreply@double.invalid",
  };
}

const outputLimit = 256 * 1024 * 1024;
const timeoutMs = 120_000;

/** Runs git to its end, 2 minutes at most; throws with what it said when its exit code is no answer. */
export function runGit({ cwd, args, input, env, answers = [] }: GitRun): Promise<GitAnswer> {
  const options = { cwd, env: { ...gitEnv(), ...env }, maxBuffer: outputLimit, timeout: timeoutMs };
  return new Promise((resolve, reject) => {
    const child = execFile("git", ["-c", "core.quotePath=false", ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number" && (code === 0 || answers.includes(code))) resolve({ code, stdout, stderr });
      else
        reject(
          new Error(`git ${args[0]} failed: ${stderr.trim() || (error?.message ?? `code ${code}`)}`, { cause: error }),
        );
    });
    // It may end without reading all; then its exit code says why.
    child.stdin?.on("error", () => child.stdin?.destroy());
    child.stdin?.end(input);
  });
}
