import { writeGitIdentity } from "../../git/git-identity.ts";
import { recoverWork, type Recovered } from "../../git/recover-work.ts";
import { unlockRepository, updateClone, type Repository } from "../../git/repository.ts";
import type { Rescuing } from "../task.ts";
import type { Errand } from "./errand.ts";
import { gitPlace } from "./git-place.ts";

/** What lies in an agent's clone is on the forge; `inUse` names the worktrees that are somebody's at the moment. */
export async function recoverClone(
  errand: Errand & { clone: Repository & { store: string }; inUse: string[] },
  how: Rescuing,
): Promise<Recovered> {
  const { git, identity, unlock, clone, inUse } = errand;
  const place = gitPlace(git, how);
  writeGitIdentity(identity);
  if (unlock) unlockRepository(clone.path);
  await updateClone(place, clone);
  return recoverWork({ ...place, cwd: clone.path }, (path) => inUse.includes(path));
}
