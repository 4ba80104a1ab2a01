import { UsageError } from "./options.ts";

/** One line on stderr: stdout has the results and nothing else. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs the program of a benchmark; afterwards the exit code is 2 when its arguments are wrong, and 1 when it failed. */
export async function runBench(help: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const why = String(error instanceof Error ? error.stack : error);
    say(error instanceof UsageError ? `${error.message}\n\n${help}` : why);
  }
}
