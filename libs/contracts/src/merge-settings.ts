import { z } from "zod";

/** Where a rig's pull requests are. `local`: the source is imported, and our own forge has them. */
export const forgeKind = z.enum(["local", "github", "gitlab"]);
export type ForgeKind = z.infer<typeof forgeKind>;

/** How a rig's pull requests are merged (scm §2.1): what is not set is what suits its forge. */
export const mergeSettings = z.strictObject({
  /** Absent: the first of these that the repository allows. */
  method: z.enum(["merge", "squash", "rebase"]).optional(),
  /** A person must have approved, also where the forge's rules ask for nobody. */
  requireApproval: z.boolean().optional(),
  /** Checks that are not required may fail. */
  allowUnstable: z.boolean().optional(),
  /** All review threads must be resolved, also where the forge's rules do not ask for it. */
  resolveAllThreads: z.boolean().optional(),
  /** Checks that are not required are waited for. */
  waitOptional: z.boolean().optional(),
  /** A head without any check is too young for `settleMs`, in milliseconds (scm §1.4). */
  expectChecks: z.boolean().optional(),
  settleMs: z.int().min(0).max(3_600_000).optional(),
  /** `native`: what is to be merged and still waits may be left to the forge's own auto-merge (scm §1.6). */
  delegate: z.enum(["none", "native"]).optional(),
});
export type MergeSettings = z.infer<typeof mergeSettings>;
