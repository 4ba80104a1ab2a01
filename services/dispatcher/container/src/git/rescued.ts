import type { RescueCause } from "@gastown/contracts";
import { z } from "zod";

/** As in the contracts, whose schemas take longer to load than what git does with them (users/task-program.ts). */
export const rescueCauses = z.enum({
  recovered: "recovered",
  moved_on: "moved_on",
  unfinished: "unfinished",
  foreign_branch: "foreign_branch",
} satisfies { [Cause in RescueCause]: Cause });

/** Work that was pushed since it would have been lost. */
export const rescuedWork = z.object({
  /** The worktree it was found in; null when its branch is in none. */
  from: z.string().nullable(),
  /** The branch it was meant for. */
  branch: z.string(),
  /** The branch of the forge that has it now. */
  pushedTo: z.string(),
  head: z.string(),
  why: rescueCauses,
});
export type Rescued = z.infer<typeof rescuedWork>;
