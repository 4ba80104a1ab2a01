import type { Rescued } from "../../git/rescued.ts";
import type { GitPlace } from "../../git/run-git.ts";

/** Where git works, as it is told to a task: who does the task is whose place it is. */
export interface ToldPlace {
  cwd: string;
  env: Record<string, string>;
  timeoutMs: number;
}

/** The place as git's commands know it. */
export function gitPlace(told: ToldPlace, how: { signal: AbortSignal; rescued?: (work: Rescued) => void }): GitPlace {
  return { ...told, user: null, signal: how.signal, rescued: how.rescued };
}
