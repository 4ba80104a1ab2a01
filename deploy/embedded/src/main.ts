import { type Arguments, parseArguments, usage, UsageError } from "./arguments.ts";
import { readEnvironment } from "./config.ts";
import { serve } from "./serve.ts";

/** Exit codes: 0 well, 1 failed, 2 the command line is wrong (peers §6.2). */
async function main(): Promise<number> {
  let given: Arguments;
  try {
    given = parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`gastown: ${error.message}\n\n${usage}`);
    return 2;
  }
  if (given.help) {
    console.log(usage);
    return 0;
  }
  return await serve(given, readEnvironment());
}

// A terminal that is gone takes no lines; what is under way goes on to its end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exit(await main());
