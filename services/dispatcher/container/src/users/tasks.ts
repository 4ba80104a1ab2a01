import { z } from "zod";
import { deeds } from "./deeds.ts";
import type { Deed, Doing, Task } from "./task.ts";

/** The task that is known by its name to the process that does it; `output` is what that may answer. */
function defineTask<Input, Output, How extends Doing>(
  name: keyof typeof deeds,
  load: () => Promise<Deed<Input, Output, How>>,
  output: z.ZodType<Output>,
): Task<Input, Output, How> {
  return { name, load, output };
}

const nothing = z.null();
const texts = z.array(z.string());
const problem = z.string().nullable();

/** What an agent's git finds in its home. */
export const identityTask = defineTask("write-identity", deeds["write-identity"], nothing);

/** What an agent program finds in its home. */
export const homeTask = defineTask("write-home", deeds["write-home"], nothing);

/** All of an agent program's processes have ended. */
export const endTask = defineTask("end-group", deeds["end-group"], nothing);

/** A rig's store is up to date with the forge. */
export const storeTask = defineTask("update-store", deeds["update-store"], nothing);

/** What lies in an agent's clone is on the forge. */
export const recoveryTask = defineTask("recover-work", deeds["recover-work"], z.object({ pushed: texts, problem }));

/** An agent's clone is up to date, and its worktree is there. */
export const worktreeTask = defineTask("make-worktree", deeds["make-worktree"], nothing);

/** A folder shows a rig's code, for reading. */
export const checkoutTask = defineTask(
  "update-checkout",
  deeds["update-checkout"],
  z.object({ head: z.string(), committedAt: z.string(), subject: z.string() }),
);

/** A polecat's branch is on the forge, or it is told what to do first. */
export const handInTask = defineTask(
  "hand-in",
  deeds["hand-in"],
  z.union([z.object({ head: z.string() }), z.object({ todo: z.string() })]),
);

/** What an agent that has ended left in its worktree is on the forge. */
export const saveTask = defineTask(
  "save-work",
  deeds["save-work"],
  z.object({ committed: z.boolean(), pushed: z.boolean(), rescue: z.string().nullable(), problem }),
);

/** What would be lost with an agent's clones and worktrees. */
export const lostTask = defineTask("find-lost", deeds["find-lost"], texts);

/** Nothing is in an agent's folders any more. */
export const emptyTask = defineTask("empty-folders", deeds["empty-folders"], nothing);

/** Whether a file is there. */
export const existsTask = defineTask("exists", deeds.exists, z.boolean());

/** A copy of an agent's sessions, packed, in base64. */
export const packTask = defineTask("pack-sessions", deeds["pack-sessions"], z.string());

/** Packed sessions (base64) stand in the place of those that are there. */
export const unpackTask = defineTask("unpack-sessions", deeds["unpack-sessions"], nothing);
