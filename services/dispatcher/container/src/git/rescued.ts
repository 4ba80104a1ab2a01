import type { RescueCause } from "@gastown/contracts";

/** As in the contracts, whose schemas take longer to load than what git does with them (users/task-program.ts). */
const causes: Record<RescueCause, true> = { recovered: true, moved_on: true, unfinished: true, foreign_branch: true };

/** Whether it is one of the causes there are. */
export function isRescueCause(text: string | undefined): text is RescueCause {
  return text !== undefined && Object.hasOwn(causes, text);
}

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
