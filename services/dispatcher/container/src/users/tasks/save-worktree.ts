import { saveWork, type SavedWork } from "../../git/save-work.ts";
import type { Rescuing } from "../task.ts";
import { gitPlace, type ToldPlace } from "./git-place.ts";

interface Saving {
  git: ToldPlace;
  work: { branch: string; base: string; reason: string };
}

/** What an agent that has ended left in its worktree is on the forge. */
export function saveWorktree({ git, work }: Saving, how: Rescuing): Promise<SavedWork> {
  return saveWork(gitPlace(git, how), work);
}
