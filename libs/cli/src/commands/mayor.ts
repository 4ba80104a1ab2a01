import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { untilInterrupted } from "../interrupted.ts";
import { readMayor, untilAnswered } from "../mayor/await-answer.ts";
import { changeMayorModel, mayorOrNone } from "../mayor/change-mayor-model.ts";
import { chat, ensureMayor, showAnswer, tellMayor } from "../mayor/chat.ts";
import { listen } from "../listen.ts";
import { ensuredText, mayorText } from "../mayor/mayor-text.ts";
import type { OutputLine } from "../output-lines.ts";
import { duration } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readContainers } from "../read-containers.ts";
import { readText } from "../read-text.ts";
import { waitsOf } from "../wait-text.ts";

const patientMs = 600_000;

interface SayFlags {
  context?: string;
  wait?: boolean;
  timeout: number;
}

/** `@file` is the text of a file. */
async function contextOf(given: string | undefined): Promise<string | undefined> {
  return given?.startsWith("@") ? readText(given.slice(1)) : given;
}

/** Listens first, so that nothing of the answer is missed. Nobody can have written anything before there is a mayor. */
async function sayAndWait(cli: CliContext, said: { message: string; context: string | undefined }, timeoutMs: number) {
  const part = "say";
  await untilInterrupted(async (signal) => {
    const known = (await mayorOrNone(cli))?.agent.agent ?? (await ensureMayor(cli)).data.mayor.agent.agent;
    const show = (line: OutputLine): void => showAnswer(cli, line);
    const { ended, catchUp, close } = await listen(cli, { agent: known, signal, show });
    const talk = async (): Promise<void> => {
      const { data } = await tellMayor(cli, { ...said, part });
      cli.out.detail(`message ${data.nudge} to ${data.agent}, which is ${data.status}`);
      await untilAnswered(cli, data, { signal, timeoutMs });
      await catchUp();
    };
    await Promise.race([talk(), ended]).finally(close);
  });
}

async function say(cli: CliContext, message: string, flags: SayFlags): Promise<void> {
  const said = { message, context: await contextOf(flags.context) };
  if (flags.wait) return sayAndWait(cli, said, flags.timeout);
  const answer = await tellMayor(cli, { ...said, part: "say" });
  const { agent, nudge, status } = answer.data;
  cli.out.show(answer, `message ${nudge} is kept for ${agent} until it was given it; the mayor is ${status}`);
}

function withTimeout(command: Command, what: string): Command {
  return command.option("--timeout <duration>", `how long ${what} may take: 90s, 30m, 4h`, duration, patientMs);
}

function addTalking(mayor: Command, { context }: Joining): void {
  withTimeout(mayor.command("say <text...>"), "the answer")
    .description("say something to the mayor; it is started for it, and told once")
    .option("--context <text>", "what you look at, told before the message; @file reads a file")
    .option("-w, --wait", "show what the mayor says until its turn is over")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown mayor say Make the README shorter.\n  gastown mayor say 'What goes on in the town?' --wait\n  gastown mayor say 'Why does it wait?' --context 'bead gt-7' --wait --timeout 2m",
    )
    .action((words: string[], flags: SayFlags) => say(context(), words.join(" "), flags));
  withTimeout(mayor.command("chat"), "one answer")
    .description("talk with the mayor: each line is said, answers are shown as they come")
    .option("--context <text>", "told before the first message; @file reads a file")
    .addHelpText(
      "after",
      "\nLines out of a pipe are said one after the other, each when the one before is answered.\n\nExamples:\n  gastown mayor chat\n  printf 'What goes on?\\nAnd what waits?\\n' | gastown mayor chat",
    )
    .action(async (flags: SayFlags) =>
      chat(context(), { context: await contextOf(flags.context), timeoutMs: flags.timeout }),
    );
}

/** `mayor`: the agent that people speak with. */
export function addMayorCommands(program: Command, joining: Joining): void {
  const { context, exitWith } = joining;
  const mayor = program.command("mayor").description("the agent you speak with: ensure, say, chat, status, model");
  mayor
    .command("ensure")
    .description("make and start the mayor, if that is needed; says what was decided")
    .addHelpText("after", "\nExamples:\n  gastown mayor ensure\n  gastown mayor ensure --json")
    .action(async () => {
      const cli = context();
      const answer = await ensureMayor(cli);
      cli.out.show(answer, ensuredText(answer.data));
    });
  addTalking(mayor, joining);
  mayor
    .command("status")
    .description("what the mayor does, whether its session is there, its model, what is still to be told")
    .addHelpText("after", "\nExamples:\n  gastown mayor status\n  gastown mayor status --json")
    .action(async () => {
      const cli = context();
      const answer = await readMayor(cli);
      const { agent, status } = answer.data;
      const containers = status === "starting" && !cli.out.json ? await readContainers(cli) : null;
      cli.out.show(answer, mayorText(answer.data, waitsOf(containers).get(agent.agent)));
    });
  withTimeout(mayor.command("model <name>"), "the change")
    .description("give the mayor another model, from its next turn on; none gives back the town's")
    .option("-w, --wait", "until the mayor's server says what is in effect; exit code 1 when it is not this model")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown mayor model anthropic/claude-opus-5 --wait\n  gastown mayor model none",
    )
    .action(async (name: string, { wait, timeout }: SayFlags) => {
      const ok = await changeMayorModel(context(), name, { wait: wait ?? false, timeoutMs: timeout });
      if (!ok) exitWith(1);
    });
}
