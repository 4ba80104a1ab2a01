import { createInterface } from "node:readline/promises";
import { CliError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";

/**
 * Resolves when the person has typed `expected` to the question, or said --yes before. Throws a CliError for any other answer, and
 * where nobody can be asked.
 */
export async function confirm(
  cli: CliContext,
  { yes, question, expected = "yes" }: { yes: boolean | undefined; question: string; expected?: string },
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || cli.out.json)
    throw new CliError(`${question} Nobody can be asked here.`, {
      code: "not_confirmed",
      advice: "Say --yes if you are sure.",
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} Type ${expected} to go on: `);
    if (answer.trim() === expected) return;
  } finally {
    asking.close();
  }
  throw new CliError("Nothing was done.", { code: "not_confirmed" });
}
