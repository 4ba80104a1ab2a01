import { writeGitIdentity, type GitIdentity } from "../../git/git-identity.ts";

/** An agent's git finds its configuration in its home. */
export function writeIdentity(identity: GitIdentity): Promise<null> {
  writeGitIdentity(identity);
  return Promise.resolve(null);
}
