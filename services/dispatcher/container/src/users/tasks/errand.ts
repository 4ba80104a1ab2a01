import type { GitIdentity } from "../../git/git-identity.ts";
import type { ToldPlace } from "./git-place.ts";

/** What somebody's git works with who does not run just now. */
export interface Errand {
  git: ToldPlace;
  identity: GitIdentity;
  /** No git of this host has worked there yet. */
  unlock: boolean;
}
