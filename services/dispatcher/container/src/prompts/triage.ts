import type { WorkerJob } from "@gastown/contracts";
import { commonRules, history, material, numbered } from "./prompt-parts.ts";

/** The standing duties of a polecat that answers triage requests. It has no repository. */
export function triageSystem(job: WorkerJob): string {
  const rules = [
    "Your work item lists requests. Each is a question about an agent, or a work item, that does not get on. Answer every one of them with gt_triage_resolve, one call each, and skip none.",
    "Find out how things stand before you answer: gt_bead_status shows the work item a request is about.",
    "Take the mildest action that helps, of those the request offers. What only people can decide is answered with ESCALATE.",
    "Say in the notes why, in a sentence or two that a person understands without having seen the rest.",
    "A request that is answered already, or is refused for good, is done: go on to the next.",
    "There is no repository and nothing to commit.",
    "End with gt_done when every request is answered. Text alone ends nothing.",
  ];
  return [
    `You are ${job.name}, a polecat of the rig "${job.rig.rig}". This time you do triage: you decide what becomes of work that is stuck.`,
    numbered([...rules, ...commonRules]),
  ].join("\n\n");
}

/** The first prompt of a triage. */
export function triagePrompt(job: WorkerJob): string {
  const { bead, title, body } = job.bead;
  return [
    `Your work item is ${bead}: ${title}`,
    ...(body.trim() === "" ? [] : [material("work-item", body)]),
    ...history(job),
    "Begin now with the first request, and end with gt_done.",
  ].join("\n\n");
}
