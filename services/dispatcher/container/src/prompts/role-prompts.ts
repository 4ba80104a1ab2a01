import type { AgentRole, Job } from "@gastown/contracts";
import { mayorPrompt, mayorSystem } from "./mayor.ts";
import { polecatPrompt, polecatSystem } from "./polecat.ts";
import { refineryPrompt, refinerySystem } from "./refinery.ts";

interface RolePrompts {
  system: (job: Job) => string;
  prompt: (job: Job) => string;
}

/** What each role is told at its start: standing duties and the first prompt. */
export const rolePrompts: Record<AgentRole, RolePrompts> = {
  polecat: { system: polecatSystem, prompt: polecatPrompt },
  refinery: { system: refinerySystem, prompt: refineryPrompt },
  mayor: { system: mayorSystem, prompt: mayorPrompt },
};

/** What an agent is told that ended its turn without handing anything in. */
export const reminder =
  'You have not called gt_done, so nothing is handed in and nobody knows that you stopped. If the work is finished, call gt_done now. If it is not, go on and then call gt_done. If it cannot be done, call gt_done with outcome "failed" and say why.';
