import { cliErrorOf } from "./cli-error.ts";
import { isEmbedded, runEmbedded } from "./commands/local.ts";
import { Output } from "./output.ts";
import { createProgram } from "./program.ts";

/** Runs one command line; answers the exit code. */
export async function run(argv: string[]): Promise<number> {
  const result = { code: 0 };
  const [verb, ...rest] = argv;
  try {
    if (isEmbedded(verb)) return await runEmbedded(verb, rest);
    await createProgram((code) => (result.code = code)).parseAsync(argv, { from: "user" });
    return result.code;
  } catch (error) {
    const told = cliErrorOf(error);
    if (told === null) return 0;
    // The command line itself may be what is wrong, so it is looked at as text.
    new Output({ json: argv.includes("--json"), verbose: false }).fail(told);
    return told.exit;
  }
}
