import { updateClone, type Repository } from "../../git/repository.ts";
import { ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "../../git/worktree.ts";
import type { Rescuing } from "../task.ts";
import { gitPlace, type ToldPlace } from "./git-place.ts";

interface WantedWorktree {
  git: ToldPlace;
  clone: Repository & { store: string };
  /** `head`: the commit that is to be looked at; null: it is worked on the branch. */
  worktree: { path: string; head: string | null };
  branch: { branch: string; base: string; mustExist: boolean };
}

/** An agent's clone is up to date, and its worktree is there: on its branch, or at the `head` that is to be looked at. */
export async function makeWorktree(wanted: WantedWorktree, how: Rescuing): Promise<null> {
  const { git, clone, worktree, branch } = wanted;
  const { path, head } = worktree;
  const place = gitPlace(git, how);
  await updateClone(place, clone);
  const want = { repository: clone.path, path };
  if (head !== null) await ensureReviewWorktree(place, { ...want, head });
  // It is the agent's own clone, and the agent is about to work here alone.
  else await ensureBranchWorktree(place, { ...want, ...branch, inUse: () => false });
  await removeFinishedWorktrees(place, clone.path, path);
  return null;
}
