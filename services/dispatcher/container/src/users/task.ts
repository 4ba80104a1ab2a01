import type { z } from "zod";
import type { Rescued } from "../git/rescued.ts";

/** What is known to whoever does a task. */
export interface Doing {
  /** It is not wanted any more. */
  signal: AbortSignal;
}

/** The same, where work may be pushed since it would have been lost. */
export interface Rescuing extends Doing {
  /** Told of each at once: also what fails afterwards, or is ended, has told of it. */
  rescued: (work: Rescued) => void;
}

/** What does a task: all it needs comes with it, and its answer is all that it tells, but for what it rescues. */
export type Deed<Input, Output, How extends Doing = Doing> = (input: Input, how: How) => Promise<Output>;

/** Something that is done in the places of an agent, by whom they belong to. */
export interface Task<Input, Output, How extends Doing> {
  readonly name: string;
  /** What its answer looks like, when it comes from another process. */
  readonly output: z.ZodType<Output>;
  readonly load: () => Promise<Deed<Input, Output, How>>;
}
