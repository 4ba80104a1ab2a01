import { answered } from "@gastown/client";
import { Option, type Command } from "commander";
import { attachTerminal } from "../attach/attach-terminal.ts";
import { chooseTerminal } from "../attach/choose-terminal.ts";
import { readTerminals, sessionNamed, terminalTable } from "../attach/terminal-list.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { Joining } from "../program.ts";
import { agentNamed } from "./agents.ts";

interface AttachFlags {
  watch?: boolean;
  session?: string;
  new?: boolean;
  list?: boolean;
  close?: string;
  program: "shell" | "agent";
}

const examples = `
Without --session you come back to the terminal that you left open and that nobody is in; when there is none, or with --new, and always
from a pipe, a new one is opened. With --watch the newest open terminal is shown, and nothing can be typed. Ctrl-] leaves: the terminal
goes on for ten minutes. A connection that is lost is made again, and what was written meanwhile is shown. From a pipe, its lines are
typed and then the end of input. A terminal may be named by the first digits of its id. Who opens, joins or closes one stands in the
town's events.

Examples:
  gastown attach toast                          a shell in the agent's worktree
  gastown attach toast --watch                  look over somebody's shoulder
  gastown attach toast --program agent          the agent's own interface, in its session
  gastown attach toast --list                   which terminals are open; without an agent: in the whole town
  gastown attach toast --session 3fa9           join that one
  gastown attach toast --close 3fa9             end it, and what runs in it
  echo 'git status' | gastown attach toast`;

async function listTerminals(cli: CliContext, named: string | undefined): Promise<void> {
  const answer = await readTerminals(cli, named === undefined ? null : await agentNamed(cli, named));
  cli.out.show(answer, terminalTable(answer.data.items));
}

async function closeTerminal(cli: CliContext, named: string, session: string): Promise<void> {
  const agent = await agentNamed(cli, named);
  const path = { town: await cli.town(), agent, session: await sessionNamed(cli, agent, session) };
  const answer = await answered(
    cli.http.DELETE("/v1/towns/{town}/agents/{agent}/terminals/{session}", { params: { path } }),
  );
  cli.out.show(answer, `terminal ${path.session} of ${named} is closed`);
}

/** The terminal to be in; null: a new one to write in, the newest one to watch. */
async function wantedSession(
  cli: CliContext,
  { agent, named, flags }: { agent: string; named: string; flags: AttachFlags },
): Promise<string | null> {
  if (flags.session !== undefined) return sessionNamed(cli, agent, flags.session);
  if (flags.watch || flags.new || !process.stdin.isTTY) return null;
  const open = await readTerminals(cli, agent);
  const { session, note } = chooseTerminal(open.data.items, { agent: named, program: flags.program });
  if (note !== null && !cli.out.json) cli.out.note(note);
  return session;
}

async function attach(cli: CliContext, named: string | undefined, flags: AttachFlags): Promise<void> {
  if (flags.list) return listTerminals(cli, named);
  if (named === undefined)
    throw new CliError("Name an agent.", {
      advice: "gastown agent ls lists them; gastown attach --list the open terminals.",
    });
  if (flags.close !== undefined) return closeTerminal(cli, named, flags.close);
  const agent = await agentNamed(cli, named);
  const session = await wantedSession(cli, { agent, named, flags });
  await attachTerminal(cli, { agent, mode: flags.watch ? "watch" : "write", program: flags.program, session });
}

export function addAttach(program: Command, { context }: Joining): void {
  program
    .command("attach [agent]")
    .description("a terminal where an agent works")
    .option("--watch", "only look, in the newest terminal or the one of --session")
    .addOption(new Option("--session <id>", "a terminal that is open").conflicts("new"))
    .option("--new", "a new terminal, also when you left one open")
    .addOption(
      new Option("--list", "which terminals are open, and who is in them").conflicts(["watch", "session", "new"]),
    )
    .addOption(new Option("--close <id>", "end a terminal").conflicts(["watch", "session", "new", "list"]))
    .addOption(new Option("--program <program>", "what a new one runs").choices(["shell", "agent"]).default("shell"))
    .addHelpText("after", examples)
    .action((named: string | undefined, flags: AttachFlags) => attach(context(), named, flags));
}
