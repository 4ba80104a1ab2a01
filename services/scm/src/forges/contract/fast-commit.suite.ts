import { execFileSync } from "node:child_process";
import { git } from "../../test/sample-repo.ts";

export interface FastCommit {
  readonly branch: string;
  readonly files: Readonly<Record<string, string>>;
  /** Where the branch starts when it is not there. */
  readonly from: string;
}

/** A commit on top of a branch of a bare repository, without a work tree; answers it. */
export async function fastCommit(folder: string, { branch, files, from }: FastCommit): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const parent = await git(folder, "rev-parse", "--verify", "--quiet", ref).catch(() =>
    git(folder, "rev-parse", "--verify", `refs/heads/${from}`),
  );
  const now = Math.floor(Date.now() / 1000);
  const stream = [
    `commit ${ref}`,
    `committer Ann <ann@localhost> ${now} +0000`,
    ...data("change"),
    `from ${parent}`,
    ...Object.entries(files).flatMap(([path, text]) => [`M 100644 inline ${path}`, ...data(text)]),
    "",
  ];
  execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: folder, input: stream.join("\n") });
  return git(folder, "rev-parse", ref);
}

function data(text: string): string[] {
  return [`data ${Buffer.byteLength(text)}`, text];
}
