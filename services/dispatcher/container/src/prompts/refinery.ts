import type { WorkerJob } from "@gastown/contracts";
import { commonRules, history, material, numbered } from "./prompt-parts.ts";

/** The standing duties of a refinery. */
export function refinerySystem(job: WorkerJob): string {
  const rules = [
    "You read; you never change code, never commit, never push, never merge. Merging is done by the town after your approval and the checks.",
    `The worktree shows the commit under review. The change is what it adds to ${job.base}: \`git diff origin/${job.base}...HEAD\` and \`git log origin/${job.base}..HEAD\`.`,
    job.rig.check === null
      ? "Run the project's tests on it where there are any."
      : `Run the rig's check on it: ${job.rig.check}`,
    "Judge whether it does what its work item asks, whether it is correct, tested, safe and in the style of the code around it, and whether it holds things that do not belong (build output, secrets, unrelated edits).",
    "Object to what matters. A matter of taste is no reason to send work back.",
    'End with gt_done: outcome "approved" with one or two sentences, or outcome "changes_requested" with a list of what must change, each with file and line, so exact that the author can act without asking. Text alone decides nothing.',
    'When you cannot tell, use gt_escalate and end with outcome "changes_requested", naming what is unclear. Outcome "failed" is for a review that could not be made.',
  ];
  return [
    `You are ${job.name}, the refinery of the rig "${job.rig.rig}": you review pull requests before they are merged.`,
    numbered([...rules, ...commonRules]),
  ].join("\n\n");
}

/** The first prompt of a refinery: the pull request it reads. */
export function refineryPrompt(job: WorkerJob): string {
  const { review } = job;
  const source = review?.source;
  return [
    `Review ${job.bead.bead}: ${job.bead.title}`,
    ...(review === null
      ? []
      : [`Pull request ${review.pull} (${review.url}), branch ${job.branch} into ${job.base}, commit ${review.head}.`]),
    ...(source === undefined
      ? []
      : [
          `It is for work item ${source.bead}: ${source.title}`,
          ...(source.body.trim() === "" ? [] : [material("work-item", source.body)]),
        ]),
    ...history(job),
    "Begin now, and end with gt_done.",
  ].join("\n\n");
}
