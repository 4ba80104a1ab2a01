import type { ChangedFile, CommitInfo, Comparison } from "../ports.ts";
import { runGit } from "./run-git.ts";

/** git's name of a tree without files. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** How two commits of a bare repository lie to each other. */
export async function compareCommits(cwd: string, base: string, head: string): Promise<Comparison> {
  const [sides, common] = await Promise.all([
    runGit({ cwd, args: ["rev-list", "--left-right", "--topo-order", "--reverse", `${base}...${head}`] }),
    runGit({ cwd, args: ["merge-base", base, head], answers: [1] }),
  ]);
  const commits = sides.stdout.split("\n").filter((line) => line !== "");
  const mergeBase = common.code === 1 ? null : common.stdout.trim();
  return {
    ahead: commits.filter((line) => line.startsWith(">")).map((line) => line.slice(1)),
    behind: commits.filter((line) => line.startsWith("<")).length,
    mergeBase,
    files: await changedFiles(cwd, mergeBase ?? emptyTree, head),
  };
}

async function changedFiles(cwd: string, before: string, after: string): Promise<ChangedFile[]> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--raw", "--numstat", before, after];
  const { stdout } = await runGit({ cwd, args });
  const parts = stdout.split("\0");
  const statuses = new Map<string, ChangedFile["status"]>();
  const files: ChangedFile[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] ?? "";
    if (part.startsWith(":")) statuses.set(parts[(i += 1)] ?? "", statusOf(part));
    else if (part !== "") files.push(counted(part, statuses));
  }
  return files;
}

/** The last letter of a raw line: `:100644 100644 <old> <new> M`. */
function statusOf(raw: string): ChangedFile["status"] {
  return raw.endsWith("A") ? "added" : raw.endsWith("D") ? "removed" : "modified";
}

/** `<added>\t<deleted>\t<path>`; binary files have dashes. */
function counted(line: string, statuses: ReadonlyMap<string, ChangedFile["status"]>): ChangedFile {
  const [additions = "", deletions = "", ...rest] = line.split("\t");
  const path = rest.join("\t");
  return {
    path,
    status: statuses.get(path) ?? "modified",
    additions: number(additions),
    deletions: number(deletions),
  };
}

function number(text: string): number {
  return text === "-" ? 0 : Number(text);
}

/** Whether `ancestor` is `descendant` or in its history; throws when one of them is not there. */
export async function containsCommit(cwd: string, descendant: string, ancestor: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, descendant];
  return (await runGit({ cwd, args, answers: [1] })).code === 0;
}

/** A commit's own words; null when the repository has no such commit. */
export async function readCommit(cwd: string, oid: string): Promise<CommitInfo | null> {
  const format = ["%H", "%P", "%an", "%ae", "%ct", "%B"].join("%x00");
  const args = ["log", "-1", "--no-show-signature", `--format=${format}`, oid];
  const { code, stdout } = await runGit({ cwd, args, answers: [128] });
  if (code === 128) return null;
  const [found = "", parents = "", name = "", email = "", seconds = "", ...message] = stdout.split("\0");
  return {
    oid: found,
    message: message.join("\0").trimEnd(),
    author: { name, email },
    committedAt: Number(seconds) * 1_000,
    parents: parents.split(" ").filter((parent) => parent !== ""),
  };
}
