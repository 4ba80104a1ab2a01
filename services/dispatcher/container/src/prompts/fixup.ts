import type { WorkerJob } from "@gastown/contracts";
import { checkRule, endRules } from "./polecat.ts";
import { commonRules, history, material, numbered, steps } from "./prompt-parts.ts";

/** The standing duties of a polecat that repairs a pull request which has no author in the town. */
export function fixupSystem(job: WorkerJob): string {
  const rules = [
    `Work in your worktree, on branch ${job.branch}, and stay on it. It is the branch of an open pull request into ${job.base}: what you push is in that pull request. Open no other one.`,
    "The change is somebody else's. Repair what your work item names and nothing else, in the sense of what the change is for.",
    `When it conflicts with ${job.base}, run \`git fetch origin\` and \`git merge origin/${job.base}\`, resolve each conflict so that both sides' intent is kept, and commit the merge. Never rebase, never force-push, never push to ${job.base}.`,
    "When reviewers or checks object, deal with each of their points, with a test where it can have one.",
    "Commit after each finished step, with a message that says what changed and why.",
    checkRule(job),
    ...endRules,
    'End with gt_done: it pushes the branch, and that is all there is to hand in. Text alone hands in nothing. When it cannot be repaired, call gt_done with outcome "failed" and say why in the summary. When gt_done answers that something is missing, do that and call it again. After it accepted your work, stop.',
  ];
  return [
    `You are ${job.name}, a polecat of the rig "${job.rig.rig}": a coding agent. This time you repair a pull request.`,
    numbered([...rules, ...commonRules]),
    ...steps(job),
  ].join("\n\n");
}

/** The first prompt of a repair. */
export function fixupPrompt(job: WorkerJob): string {
  const { bead, title, body } = job.bead;
  return [
    `Your work item is ${bead}: ${title}`,
    ...(body.trim() === "" ? [] : [material("work-item", body)]),
    ...history(job),
    `Your worktree is the current folder, on branch ${job.branch} of the pull request. It may hold work of an earlier start: look at \`git status\` and \`git log origin/${job.base}..\` first and go on from there.`,
    "Begin now, and end with gt_done.",
  ].join("\n\n");
}
