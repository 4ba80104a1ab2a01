import type { Command } from "commander";
import { cliErrorOf } from "./cli-error.ts";
import { isEmbedded, runEmbedded } from "./commands/local.ts";
import { Output } from "./output.ts";
import { createProgram } from "./program.ts";

/**
 * The command line, without a wish for help with a command that there is not: to that commander answers the help of what is above it, as if
 * all were well. Without the wish it tells that there is no such command.
 */
function withoutVainHelp(program: Command, argv: string[]): string[] {
  const help = new Set(["--help", "-h"]);
  if (!argv.some((word) => help.has(word))) return argv;
  let command = program;
  let rest = argv;
  while (command.commands.length > 0) {
    const { operands, unknown } = command.parseOptions(rest);
    const [name, ...more] = operands;
    if (name === undefined || name === "help") return argv;
    const found = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
    if (found === undefined) return argv.filter((word) => !help.has(word));
    command = found;
    rest = [...more, ...unknown];
  }
  return argv;
}

/** Runs one command line; answers the exit code. */
export async function run(argv: string[]): Promise<number> {
  const result = { code: 0 };
  const [verb, ...rest] = argv;
  try {
    if (isEmbedded(verb)) return await runEmbedded(verb, rest);
    const program = createProgram((code) => (result.code = code));
    await program.parseAsync(withoutVainHelp(program, argv), { from: "user" });
    return result.code;
  } catch (error) {
    const told = cliErrorOf(error);
    if (told === null) return 0;
    // The command line itself may be what is wrong, so it is looked at as text.
    new Output({ json: argv.includes("--json"), verbose: false }).fail(told);
    return told.exit;
  }
}
