import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { atEndOfFile } from "@gastown/testkit";

const run = promisify(execFile);

/** A temporary folder that is gone after the tests of the file. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-scm-test-"));
  atEndOfFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs git as a person would, and answers what it printed. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", args, {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@localhost",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@localhost",
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** What git said when it refused. */
export async function gitFails(cwd: string, ...args: string[]): Promise<string> {
  try {
    await git(cwd, ...args);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error(`git ${args.join(" ")} was expected to fail`);
}

/** Writes files and commits them; answers the commit. */
export async function commit(folder: string, files: Record<string, string>, message = "change"): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--allow-empty", "-m", message);
  return git(folder, "rev-parse", "HEAD");
}

/** A repository with one commit on main. */
export async function sampleRepo(): Promise<string> {
  const folder = await tempFolder();
  await git(folder, "init", "--quiet", "-b", "main");
  await commit(folder, { "a.txt": "one\n", "b.txt": "two\n" }, "first");
  return folder;
}
