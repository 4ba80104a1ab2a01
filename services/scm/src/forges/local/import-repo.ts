import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ScmError } from "../forge.ts";
import { GitError, type Git } from "./git.ts";

export interface ImportOptions {
  readonly git: Git;
  /** Environment of the person who runs us, for imports only: their credentials, proxy and `safe.directory` hold there. */
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
}

/** An import is a person waiting for a clone: large repositories take minutes. */
const importTimeoutMs = 15 * 60_000;
/** No rig's name begins with a dot, or has one. */
const unfinished = ".import-";

/** How the names of unfinished imports of a repository begin. */
export function unfinishedImport(repo: string): string {
  return `${unfinished}${repo}-`;
}

/**
 * The bare repository `folder` exists, made from `source` if it did not, and its HEAD is `branch` (null: the source's own).
 * Cloned beside its place and renamed, so that a half-made one is never taken for one. Answers the branch and its tip.
 * Throws `ScmError` with a message that says what to do.
 */
export async function importRepo(
  folder: string,
  wish: { source: string; defaultBranch: string | null },
  options: ImportOptions,
): Promise<{ defaultBranch: string; head: string }> {
  if (await exists(folder)) return setDefaultBranch(folder, wish.defaultBranch, options);
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const fresh = join(parent, `${unfinishedImport(basename(folder))}${randomUUID()}`);
  try {
    await clone(fresh, wish.source, options);
    const found = await setDefaultBranch(fresh, wish.defaultBranch, options);
    await place(fresh, folder);
    return found;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function clone(folder: string, source: string, { git, env, signal }: ImportOptions): Promise<void> {
  if (!isSource(source))
    throw new ScmError(
      "invalid",
      `"${source}" is not an absolute path, nor a URL git can clone from. Add the rig again with such a source.`,
    );
  const cwd = dirname(folder);
  try {
    await git({
      cwd,
      // --no-local: a real transfer, so that no link or alternate ties the copy to a source on this machine.
      args: ["clone", "--quiet", "--bare", "--no-local", "--template=", "--", source, folder],
      signal,
      timeoutMs: importTimeoutMs,
      env: { GIT_CONFIG_NOSYSTEM: undefined, GIT_CONFIG_GLOBAL: undefined, ...env },
    });
  } catch (error) {
    throw error instanceof GitError ? cloneFailure(source, error) : error;
  }
  // The source's URL may hold a password; the copy has no further use for it.
  await git({ cwd: folder, args: ["remote", "remove", "origin"], signal, answers: [1, 2, 128] });
}

/** An absolute path, a URL, or `host:path`. What begins with a dash would be an option, what is relative would be ours. */
function isSource(source: string): boolean {
  return /^(?:\/|[a-z][a-z0-9+]*:\/\/|[A-Za-z0-9_][^\s/:]*:)\S/.test(source) && !/[\0\n]/.test(source);
}

/** What imports that were killed have left; none takes this long. */
async function removeAbandoned(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(unfinished));
  for (const path of names.map((name) => join(parent, name))) {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > 2 * importTimeoutMs) await rm(path, { recursive: true, force: true });
  }
}

/** Another replica may have been faster; its copy is as good. */
async function place(fresh: string, folder: string): Promise<void> {
  try {
    await rename(fresh, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  }
}

function cloneFailure(source: string, error: GitError): ScmError {
  const said = error.stderr.trim().split("\n").slice(-3).join(" ").slice(0, 1_000);
  const shown = withoutPassword(source);
  if (/dubious ownership/.test(said))
    return new ScmError(
      "denied",
      `${shown} belongs to another user. Run: git config --global --add safe.directory ${shown}`,
      { cause: error },
    );
  if (/could not resolve host|connection (?:refused|timed out|reset)|early EOF/i.test(said))
    return new ScmError("unavailable", `${shown} could not be reached (${said}). Check the address and the network.`, {
      cause: error,
    });
  if (/authentication failed|could not read (?:username|password)|permission denied/i.test(said))
    return new ScmError(
      "denied",
      `${shown} refused us (${said}). Clone it yourself and give the path of your clone as the source.`,
      { cause: error },
    );
  return new ScmError(
    "invalid",
    `git could not clone ${shown} (${withoutPassword(said)}). Add the rig again with a path or URL that "git clone" takes.`,
    { cause: error },
  );
}

function withoutPassword(text: string): string {
  return text.replaceAll(/(\w+:\/\/)[^\s/@]+@/g, "$1");
}

async function setDefaultBranch(
  folder: string,
  wanted: string | null,
  { git, signal }: ImportOptions,
): Promise<{ defaultBranch: string; head: string }> {
  const branches = await git({
    cwd: folder,
    args: ["for-each-ref", "--format=%(refname:short)", "refs/heads"],
    signal,
  });
  const names = branches.stdout.split("\n").filter((name) => name !== "");
  if (names.length === 0)
    throw new ScmError(
      "invalid",
      "The repository is empty: it has no commit to start work from. Commit something, and add the rig again.",
    );
  const own = await git({ cwd: folder, args: ["symbolic-ref", "--quiet", "--short", "HEAD"], signal, answers: [1] });
  const branch = wanted ?? own.stdout.trim();
  if (!names.includes(branch)) {
    const problem =
      branch === "" ? "The repository's HEAD is not on a branch." : `The repository has no branch "${branch}".`;
    throw new ScmError(
      "invalid",
      `${problem} Add the rig again with one of its branches as the default branch: ${names.slice(0, 20).join(", ")}.`,
    );
  }
  await git({ cwd: folder, args: ["symbolic-ref", "HEAD", `refs/heads/${branch}`], signal });
  const head = await git({ cwd: folder, args: ["rev-parse", "--verify", `refs/heads/${branch}^{commit}`], signal });
  return { defaultBranch: branch, head: head.stdout.trim() };
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
