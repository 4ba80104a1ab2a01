import { type Arguments, parseArguments, usage, UsageError } from "./arguments.ts";
import { runHere } from "./run-here.ts";
import { supervise } from "./supervisor/supervise.ts";

/** Exit codes: 0 well, 1 failed, 2 the command line is wrong (peers §6.2). */
async function main(argv: string[]): Promise<number> {
  let given: Arguments;
  try {
    given = parseArguments(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`gastown: ${error.message}\n\n${usage}`);
    return 2;
  }
  if (given.help) {
    console.log(usage);
    return 0;
  }
  // The demo is watched by whoever started it, and its double of GitHub would not outlive it.
  return given.command === "up" ? await supervise(argv) : await runHere(given);
}

// A terminal that is gone takes no lines; what is under way goes on to its end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.exit(await main(process.argv.slice(2)));
