import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const identity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Someone",
  GIT_AUTHOR_EMAIL: "someone@example.org",
  GIT_COMMITTER_NAME: "Someone",
  GIT_COMMITTER_EMAIL: "someone@example.org",
};

/** What git prints, without the last line's end. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8", env: { PATH: process.env["PATH"], ...identity } }).trim();
}

/** A bare repository with one commit on `main`, that rigs are made from. */
export function makeSource(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "gastown-source-"));
  const path = join(folder, "source.git");
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", path);
  commitTo(path, { branch: "main", message: "The first commit" });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A commit with one new file on a branch of a bare repository, made without a worktree; answers its id. */
export function commitTo(
  repository: string,
  { branch, message, from = branch }: { branch: string; message: string; from?: string },
): string {
  const parent = revision(repository, from);
  const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], { cwd: repository, input: message })
    .toString()
    .trim();
  const name = `${message.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.txt`;
  const before = parent === null ? "" : `${git(repository, "ls-tree", parent)}\n`;
  const tree = execFileSync("git", ["mktree"], { cwd: repository, input: `${before}100644 blob ${blob}\t${name}\n` });
  const parents = parent === null ? [] : ["-p", parent];
  const commit = git(repository, "commit-tree", tree.toString().trim(), ...parents, "-m", message);
  git(repository, "update-ref", `refs/heads/${branch}`, commit);
  return commit;
}

function revision(repository: string, branch: string): string | null {
  const found = git(repository, "for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`);
  return found === "" ? null : found;
}
