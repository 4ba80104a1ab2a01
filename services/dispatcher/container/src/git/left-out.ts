import { closeSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { runGit, type GitPlace } from "./run-git.ts";

/**
 * What git passes over in an agent's worktree, unless the repository's own .gitignore says otherwise: files that usually hold
 * secrets, and what tools leave behind. In the format of .gitignore (kilo-container-api §12: a drain that commits everything
 * publishes keys and dependencies). What is tracked already stays tracked.
 */
export const ignoredNames: readonly string[] = [
  ".env",
  ".env.*",
  "!.env.example",
  "!.env.sample",
  "!.env.template",
  ".netrc",
  ".pgpass",
  ".git-credentials",
  ".ssh/",
  ".aws/",
  ".gnupg/",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  "*.p12",
  "*.pfx",
  "*.jks",
  "*.keystore",
  "*.kdbx",
  "node_modules/",
  ".venv/",
  "__pycache__/",
  ".pytest_cache/",
  ".mypy_cache/",
  ".nyc_output/",
  ".gradle/",
  ".turbo/",
  "*.pyc",
  "*.swp",
  ".DS_Store",
];

/** Forges refuse files of 100 MB for good, and nobody writes one of this size by hand. */
const bigFileBytes = 10 * 1024 * 1024;
/** A private key stands at the beginning of its file, if not in its first line. */
const headBytes = 4_096;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function isPrivateKey(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(headBytes);
    const length = readSync(file, head, 0, headBytes, 0);
    return privateKey.test(head.toString("latin1", 0, length));
  } finally {
    closeSync(file);
  }
}

/** A new file that is not committed by itself: a big one, a private key, or another repository's folder. */
function staysOut(root: string, path: string): boolean {
  // Git lists a repository in the repository as a folder; a commit of it would be a reference that nobody can follow.
  if (path.endsWith("/")) return true;
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return false;
  return found.size > bigFileBytes || isPrivateKey(join(root, path));
}

/** The new files of a worktree that are no work to be committed by itself, besides those that git ignores; relative to its root. */
export async function leftOut(place: GitPlace): Promise<string[]> {
  const listed = await runGit(place, "ls-files", "--others", "--exclude-standard", "-z");
  return listed.split("\0").filter((path) => path !== "" && staysOut(place.cwd, path));
}

/** Every change of the worktree is staged, but for what is left out; answers that. */
export async function stageWork(place: GitPlace): Promise<string[]> {
  const out = await leftOut(place);
  await runGit(place, "add", "--all", "--", ".", ...out.map((path) => `:(exclude,literal)${path}`));
  return out;
}
