import type { PullRef } from "../forge.ts";
import type { Git } from "./git.ts";
import type { LocalLedger } from "./ledger.ts";
import { repoFolder } from "./repo-path.ts";

interface PageOptions {
  readonly git: Git;
  readonly reposDir: string;
  readonly ledger: LocalLedger;
  readonly signal: AbortSignal;
}

const longestPage = 1024 * 1024;

/** The commits and the difference of a pull request as plain text, for people and refineries; null when there is none. */
export async function pullPage(ref: PullRef, { git, reposDir, ledger, signal }: PageOptions): Promise<string | null> {
  const pull = await ledger.read(ref);
  if (pull === null) return null;
  const cwd = repoFolder(reposDir, ref);
  // A merged head is compared with what it was merged into, else nothing would be left to see.
  const base = pull.mergeCommit === null ? `refs/heads/${pull.base}` : `${pull.mergeCommit}^1`;
  const run = async (...args: string[]) => (await git({ cwd, args, signal, answers: [128] })).stdout;
  const log = await run("log", "--no-decorate", `${base}..${pull.headCommit}`);
  const diff = await run("diff", "--stat", "--patch", `${base}...${pull.headCommit}`);
  const text = `Pull request ${ref.number} of ${ref.rig}: ${pull.head} into ${pull.base}, ${pull.status}\n\n${log}\n${diff}`;
  return text.length > longestPage
    ? `${text.slice(0, longestPage)}\n[the rest is left out: clone the rig to see it]\n`
    : text;
}
