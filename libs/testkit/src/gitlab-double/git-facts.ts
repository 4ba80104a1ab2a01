import type { GitFacts } from "./merge-status.ts";
import type { MergeRequest, Project } from "./types.ts";

/** How the two branches of a merge request lie to each other now. */
export async function gitFacts({ git }: Project, request: MergeRequest): Promise<GitFacts> {
  const target = git.tip(request.targetBranch);
  const source = git.tip(request.sourceBranch);
  if (target === null || (source === null && request.state === "opened")) return { hasCommits: false, diverged: 0 };
  const { ahead, behind } = await git.compare(target, request.sha);
  return { hasCommits: ahead.length > 0, diverged: behind };
}
