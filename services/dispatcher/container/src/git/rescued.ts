import type { RescueCause } from "@gastown/contracts";

/** Work that was pushed since it would have been lost. */
export interface Rescued {
  /** The worktree it was found in; null when its branch is in none. */
  from: string | null;
  /** The branch it was meant for. */
  branch: string;
  /** The branch of the forge that has it now. */
  pushedTo: string;
  head: string;
  why: RescueCause;
}
