import type { ChangedFile, CommitInfo, JsonObject } from "../../ports.ts";
import { iso } from "./json-context.ts";

/** A commit as REST's lists of commits write it. */
export function commitJson(commit: CommitInfo): JsonObject {
  const author = { ...commit.author, date: iso(commit.committedAt) };
  return {
    sha: commit.oid,
    node_id: `C_${commit.oid}`,
    commit: { message: commit.message, author, committer: author },
    parents: commit.parents.map((sha) => ({ sha })),
    author: null,
    committer: null,
  };
}

/** A changed file; there are no patches in this double. */
export function fileJson({ path, status, additions, deletions }: ChangedFile): JsonObject {
  return { filename: path, status, additions, deletions, changes: additions + deletions, sha: null };
}
