import { Problem, type ProblemCode } from "../problem.ts";

/** Waits for a command: false when it was refused with this code; whatever else goes wrong is thrown. */
export async function refusedAs(code: ProblemCode, work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === code) return false;
    throw error;
  }
}
