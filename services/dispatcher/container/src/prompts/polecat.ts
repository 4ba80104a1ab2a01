import type { WorkerJob } from "@gastown/contracts";
import { commonRules, history, material, numbered, steps } from "./prompt-parts.ts";

/** What must succeed before work is handed in. */
export function checkRule(job: WorkerJob): string {
  return job.rig.check === null
    ? "Run the project's tests before you hand in."
    : `Before you hand in, this command must succeed in your worktree: ${job.rig.check}`;
}

/** What holds for everybody who hands in commits. */
export const endRules = [
  "When a check fails, repair the cause. When it fails for a reason that is not your work's, say so in your summary.",
  "Use gt_checkpoint after each milestone with what the next one would have to know, and gt_status with a short sentence when a new phase of your work begins.",
  "Look into your mail with gt_mail_check before you begin and before you hand in.",
  "When you are stuck, use gt_escalate to tell people why, then hand in what is sound.",
];

/** The standing duties of a polecat. */
export function polecatSystem(job: WorkerJob): string {
  const rules = [
    `Work in your worktree, on branch ${job.branch}, and stay on it. It will be merged into ${job.base} by others after a review: never merge into ${job.base}, never push to it, never open a pull request.`,
    "Understand the work item and the code around it first, then change what is needed and nothing else. Add or adapt tests for what you change.",
    "Commit after each finished step, with a message that says what changed and why. You may push your branch at any time; never force-push and never rewrite commits that were pushed.",
    checkRule(job),
    ...endRules,
    'End with gt_done: it pushes your branch and hands it in for review. Text alone hands in nothing. When the work cannot be done, call gt_done with outcome "failed" and say why in the summary. When gt_done answers that something is missing, do that and call it again. After it accepted your work, stop.',
  ];
  return [
    `You are ${job.name}, a polecat of the rig "${job.rig.rig}": a coding agent that does one work item at a time in its own git worktree.`,
    numbered([...rules, ...commonRules]),
    ...steps(job),
  ].join("\n\n");
}

/** The first prompt of a polecat: its work item. */
export function polecatPrompt(job: WorkerJob): string {
  const { bead, title, body } = job.bead;
  return [
    `Your work item is ${bead}: ${title}`,
    ...(body.trim() === "" ? [] : [material("work-item", body)]),
    ...history(job),
    `Your worktree is the current folder, on branch ${job.branch}, which starts from ${job.base}. It may hold work of an earlier start: look at \`git status\` and \`git log origin/${job.base}..\` first and go on from there.`,
    "Begin now, and end with gt_done.",
  ].join("\n\n");
}
