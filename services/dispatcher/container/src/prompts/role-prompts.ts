import type { Job, WorkerJob } from "@gastown/contracts";
import type { Nudge } from "../agents/nudges.ts";
import { fixupPrompt, fixupSystem } from "./fixup.ts";
import { mayorPrompt, mayorSystem } from "./mayor.ts";
import { polecatPrompt, polecatSystem } from "./polecat.ts";
import { instructions, material } from "./prompt-parts.ts";
import { refineryPrompt, refinerySystem } from "./refinery.ts";
import { triagePrompt, triageSystem } from "./triage.ts";

interface Prompts {
  system: (job: WorkerJob) => string;
  prompt: (job: WorkerJob) => string;
}

const work: Prompts = { system: polecatSystem, prompt: polecatPrompt };
const ofKind: Record<Job["kind"], Prompts> = {
  task: work,
  step: work,
  fixup: { system: fixupSystem, prompt: fixupPrompt },
  "triage-request": work,
  "triage-batch": { system: triageSystem, prompt: triagePrompt },
};
const ofRole: Record<WorkerJob["role"], (job: WorkerJob) => Prompts> = {
  polecat: ({ kind }) => ofKind[kind],
  refinery: () => ({ system: refinerySystem, prompt: refineryPrompt }),
};

/** The standing duties of an agent with this job, and what its town and rig say to its role besides. */
export function systemOf(job: Job): string {
  const duties = job.role === "mayor" ? mayorSystem(job) : ofRole[job.role](job).system(job);
  return [duties, ...instructions(job)].join("\n\n");
}

/** Its first prompt. */
export function promptOf(job: Job): string {
  return job.role === "mayor" ? mayorPrompt(job) : ofRole[job.role](job).prompt(job);
}

/** What an agent is told when something is said to it. A worker has work that goes on; a mayor is spoken to. */
export function nudgeText({ role }: Pick<Job, "role">, nudges: readonly Pick<Nudge, "nudge" | "message">[]): string {
  const came = nudges.length === 1 ? "A message came for you." : "Messages came for you.";
  const goOn = "Take it into account and go on with your work; how it ends stays as you were told.";
  return [
    role === "mayor" ? came : `${came} ${goOn}`,
    ...nudges.map(({ nudge, message }) => material("message", message, nudge)),
  ].join("\n\n");
}

/** The messages that are in these prompts, by their ids. */
export function nudgesIn(prompts: readonly string[]): string[] {
  return prompts.flatMap((text) => [...text.matchAll(/^<message id="([^"\n]+)">$/gm)].map(([, id = ""]) => id));
}

/** What an agent is told that ended its turn without handing anything in. */
export const reminder =
  'You have not called gt_done, so nothing is handed in and nobody knows that you stopped. If the work is finished, call gt_done now. If it is not, go on and then call gt_done. If it cannot be done, call gt_done with outcome "failed" and say why.';
