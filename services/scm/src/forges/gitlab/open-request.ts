import { z } from "zod";
import { ScmError, type OpenOutcome, type PullDraft } from "../forge.ts";
import { messageOf } from "./call-failure.ts";
import { requestShape } from "./gitlab-shapes.ts";
import type { Place } from "./place.ts";
import { readTip } from "./read-request.ts";
import { titled } from "./request-words.ts";

const numbered = requestShape.pick({ iid: true, source_project_id: true, target_project_id: true });

/**
 * There is an open merge request of this head and base: the one there was, or a new one. What cannot be opened is told by what is
 * read of the branches, not by GitLab's words.
 */
export async function openRequest(at: Place, draft: PullDraft): Promise<OpenOutcome> {
  const { head, base } = draft;
  const open = await findOpen(at, draft);
  if (open !== null) return open;
  for (const branch of [head, base]) if ((await readTip(at, branch)) === null) return { outcome: "missing", branch };
  if ((await commitsAhead(at, base, head)) === 0) return { outcome: "nothing_to_merge" };
  const { status, data } = await at.client.send({
    operation: "open merge request",
    method: "POST",
    path: ["projects", at.project, "merge_requests"],
    body: {
      source_branch: head,
      target_branch: base,
      title: titled(draft.title, draft.draft),
      description: draft.body,
      remove_source_branch: false,
    },
    signal: at.signal,
    // 409: there is one by now.
    answers: [400, 409, 422],
  });
  if (status < 300) return { outcome: "opened", number: created(data) };
  const other = await findOpen(at, draft);
  if (other !== null) return other;
  throw new ScmError("invalid", `GitLab does not open a merge request of ${head} into ${base}: ${messageOf(data)}`);
}

function created(data: unknown): number {
  const read = z.object({ iid: z.number() }).safeParse(data);
  if (read.success) return read.data.iid;
  throw new ScmError("unknown_outcome", "GitLab opened a merge request, and did not say its number");
}

async function findOpen(at: Place, { head, base }: PullDraft): Promise<OpenOutcome | null> {
  const query = { state: "opened", source_branch: head, target_branch: base };
  const path = ["projects", at.project, "merge_requests"];
  const { items } = await at.client.list({ operation: "find merge request", path, query, signal: at.signal }, numbered);
  const own = items.find((one) => one.source_project_id === one.target_project_id);
  return own === undefined ? null : { outcome: "opened", number: own.iid };
}

const comparison = z.object({ commits: z.array(z.unknown()) });

/** How many commits `head` has that `base` has not; null when one of them is not there. */
export async function commitsAhead(at: Place, base: string, head: string): Promise<number | null> {
  const { status, data } = await at.client.send({
    operation: "compare",
    path: ["projects", at.project, "repository", "compare"],
    query: { from: base, to: head },
    signal: at.signal,
    // 400: a commit that GitLab does not know.
    answers: [400, 404],
  });
  const read = comparison.safeParse(data);
  return status === 200 && read.success ? read.data.commits.length : null;
}
