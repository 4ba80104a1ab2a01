import type { Signature } from "../ports.ts";
import { runGit } from "./run-git.ts";

interface NewCommit {
  readonly branch: string;
  /** Null: the first commit of all. */
  readonly parent: string | null;
  readonly files: Readonly<Record<string, string | null>>;
  readonly message: string;
  readonly author: Signature;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * One commit is written and the branch is at it, without a work tree (git fast-import: one process however many files).
 * Answers the commit.
 */
export async function writeCommit(cwd: string, commit: NewCommit): Promise<string> {
  const { stdout } = await runGit({
    cwd,
    args: ["fast-import", "--quiet", "--date-format=raw"],
    input: Buffer.concat(script(commit)),
  });
  return stdout.trim();
}

function script({ branch, parent, files, message, author, at }: NewCommit): Buffer[] {
  const who = `${signature(author)} ${Math.floor(at / 1_000)} +0000\n`;
  return [
    Buffer.from(`commit refs/heads/${branch}\nmark :1\nauthor ${who}committer ${who}`),
    data(message),
    ...(parent === null ? [] : [Buffer.from(`from ${parent}\n`)]),
    ...Object.entries(files).flatMap(([path, text]) =>
      text === null
        ? [Buffer.from(`D ${plain(path)}\n`)]
        : [Buffer.from(`M 100644 inline ${plain(path)}\n`), data(text)],
    ),
    Buffer.from("get-mark :1\n"),
  ];
}

function data(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}

function plain(path: string): string {
  if (path.startsWith('"') || path.includes("\n") || path === "")
    throw new Error(`files: ${JSON.stringify(path)} is no path the double can write`);
  return path;
}

/** A name as git writes it: without what would end it. */
function signature({ name, email }: Signature): string {
  return `${name.replaceAll(/[<>\n]/g, "")} <${email.replaceAll(/[<>\n\s]/g, "")}>`;
}
