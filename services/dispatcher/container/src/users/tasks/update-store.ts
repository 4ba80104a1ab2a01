import { writeGitIdentity } from "../../git/git-identity.ts";
import { unlockRepository, updateRepository, type Repository } from "../../git/repository.ts";
import type { Doing } from "../task.ts";
import type { Errand } from "./errand.ts";
import { gitPlace } from "./git-place.ts";

/** A rig's store is up to date with the forge. */
export async function updateStore(errand: Errand & { repository: Repository }, how: Doing): Promise<null> {
  const { git, identity, unlock, repository } = errand;
  writeGitIdentity(identity);
  if (unlock) unlockRepository(repository.path);
  await updateRepository(gitPlace(git, how), repository);
  return null;
}
