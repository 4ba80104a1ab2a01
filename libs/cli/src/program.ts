import { Command } from "commander";
import { addAgentCommands } from "./commands/agents.ts";
import { addAttach } from "./commands/attach.ts";
import { addBeadCommands } from "./commands/beads.ts";
import { addConvoyCommands } from "./commands/convoys.ts";
import { addDeadLetterCommands } from "./commands/dead-letters.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addFeed } from "./commands/feed.ts";
import { addHookCommands } from "./commands/hooks.ts";
import { addLocalCommands } from "./commands/local.ts";
import { addMayorCommands } from "./commands/mayor.ts";
import { addMoleculeCommands } from "./commands/molecules.ts";
import { addNudgeCommands } from "./commands/nudges.ts";
import { addPolicy } from "./commands/policy.ts";
import { addPullForge } from "./commands/pull-forge.ts";
import { addPullWork } from "./commands/pull-work.ts";
import { addPullCommands } from "./commands/pulls.ts";
import { addQueue } from "./commands/queue.ts";
import { addQuestionCommands } from "./commands/questions.ts";
import { addRemovals } from "./commands/removals.ts";
import { addBeadRemoval } from "./commands/remove-beads.ts";
import { addReplay } from "./commands/replay.ts";
import { addRigCommands } from "./commands/rigs.ts";
import { addSafety } from "./commands/safety.ts";
import { addSettings } from "./commands/settings.ts";
import { addSling } from "./commands/sling.ts";
import { addStatus } from "./commands/status.ts";
import { addTokenCommands } from "./commands/tokens.ts";
import { addTownCommands } from "./commands/towns.ts";
import { CliContext, type GlobalFlags } from "./context.ts";

/** How a group of commands joins the program. */
export interface Joining {
  /** What the command line says; only to be called while a command runs. */
  context: () => CliContext;
  /** The exit code of a command that failed without an error, such as `doctor`. */
  exitWith: (code: number) => void;
}

const exits = `
Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 budget or breaker.
The server is found by --url and --token, GASTOWN_URL and GASTOWN_TOKEN, or the .gastown/server.json that \`gastown up\` writes.`;

/** The command line, ready to parse. */
export function createProgram(exitWith: (code: number) => void): Command {
  const program = new Command("gastown")
    .description("A team of coding agents that take work to merged pull requests.")
    .option("--url <url>", "the gateway's address")
    .option("--token <token>", "the token to use (other users of this machine can see it; GASTOWN_TOKEN is better)")
    .option("--town <id>", "the town to work on; the only one by default")
    .option("--json", "answer as { schema_version, seq, data }")
    .option("-v, --verbose", "say more, on standard error")
    .option("--idempotency-key <key>", "repeat an earlier write: the same key and command is done once")
    .configureHelp({ showGlobalOptions: true })
    // Errors are told by `run`, in one form for all.
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText("after", exits);
  const joining: Joining = { context: () => new CliContext(program.opts<GlobalFlags>()), exitWith };
  program.commandsGroup("Run:");
  addLocalCommands(program, joining);
  addStatus(program, joining);
  addDoctor(program, joining);
  program.commandsGroup("Set up:");
  const groups = { town: addTownCommands(program, joining), rig: addRigCommands(program, joining) };
  addSettings(groups, joining);
  addRemovals(groups, joining);
  addPolicy(program, joining);
  addTokenCommands(program, joining);
  program.commandsGroup("Work:");
  addBeadRemoval(addBeadCommands(program, joining), joining);
  addSling(program, joining);
  addConvoyCommands(program, joining);
  addMoleculeCommands(program, joining);
  program.commandsGroup("Agents:");
  addMayorCommands(program, joining);
  addAgentCommands(program, joining);
  addAttach(program, joining);
  addQueue(program, joining);
  addNudgeCommands(program, joining);
  addQuestionCommands(program, joining);
  program.commandsGroup("Merge:");
  const pr = addPullCommands(program, joining);
  addPullWork(pr, joining);
  addPullForge(pr, joining);
  program.commandsGroup("Operate:");
  addFeed(program, joining);
  addSafety(program, joining);
  addReplay(program, joining);
  addHookCommands(program, joining);
  addDeadLetterCommands(program, joining);
  return program;
}
