import { z } from "zod";
import { messageId } from "./ids.ts";

/**
 * What became of a command, kept in its owner's inbox and told on `verdict.<owner>.<town>.<command id>` after the commit:
 * `applied` with a result; `refused` because the state does not allow it now; `terminal` because it can never succeed (its
 * bead, agent or town does not exist). A verdict is final: the same command id always has the same verdict.
 */
export const verdict = z.object({
  command: messageId,
  outcome: z.enum(["applied", "refused", "terminal"]),
  /** Set on `refused` and `terminal`; a code of `verdictCode`. */
  code: z.string().optional(),
  message: z.string().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
});
export type Verdict = z.infer<typeof verdict>;

/** Codes of `terminal` verdicts end in `_not_found` or are `unknown_message`; the others belong to `refused`. */
export const verdictCode = z.enum([
  "town_not_found",
  "rig_not_found",
  "bead_not_found",
  "agent_not_found",
  "pr_not_found",
  "convoy_not_found",
  "molecule_not_found",
  "nudge_not_found",
  "unknown_message",
  "already_exists",
  "wrong_state",
  "stopped",
  "dependency_cycle",
  "not_hooked",
  "stale",
  "invalid",
  "git_failed",
]);
export type VerdictCode = z.infer<typeof verdictCode>;
