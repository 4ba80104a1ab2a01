import type { z } from "zod";

/** Something that is done in the places of an agent, by whom they belong to: all it needs comes with it, and its answer is all that it tells. */
export interface Task<Input, Output> {
  readonly name: string;
  readonly output: z.ZodType<Output>;
  run(input: Input, signal: AbortSignal): Promise<Output>;
  /** The same for what came from another process. */
  runTold(input: unknown): Promise<unknown>;
}

/** A task that can be done in another process. */
export function defineTask<Input, Output>(
  name: string,
  shapes: { input: z.ZodType<Input>; output: z.ZodType<Output> },
  run: (input: Input, signal: AbortSignal) => Promise<Output>,
): Task<Input, Output> {
  const { input: shape, output } = shapes;
  // Who does not want it any more ends the process.
  const never = new AbortController().signal;
  return { name, output, run, runTold: (input) => run(shape.parse(input), never) };
}
