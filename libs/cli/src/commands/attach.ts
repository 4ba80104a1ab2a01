import { Option, type Command } from "commander";
import { attachTerminal } from "../attach/attach-terminal.ts";
import type { Joining } from "../program.ts";
import { agentNamed } from "./agents.ts";

interface AttachFlags {
  watch?: boolean;
  session?: string;
  program: "shell" | "agent";
}

const examples = `
Without --session a new shell is opened where the agent works; with --watch the newest open terminal is shown, and nothing can be
typed. Ctrl-] leaves: the terminal goes on for ten minutes, and --session brings you back to it. A connection that is lost is made
again, and what was written meanwhile is shown. From a pipe, its lines are typed and then the end of input.

Examples:
  gastown attach toast                          a shell in the agent's worktree
  gastown attach toast --watch                  look over somebody's shoulder
  gastown attach toast --program agent          the agent's own interface, in its session
  echo 'git status' | gastown attach toast`;

export function addAttach(program: Command, { context }: Joining): void {
  program
    .command("attach <agent>")
    .description("a terminal where an agent works")
    .option("--watch", "only look, in the newest terminal or the one of --session")
    .option("--session <id>", "a terminal that is open")
    .addOption(new Option("--program <program>", "what a new one runs").choices(["shell", "agent"]).default("shell"))
    .addHelpText("after", examples)
    .action(async (named: string, { watch, session, program: what }: AttachFlags) => {
      const cli = context();
      const agent = await agentNamed(cli, named);
      await attachTerminal(cli, { agent, mode: watch ? "watch" : "write", program: what, session: session ?? null });
    });
}
