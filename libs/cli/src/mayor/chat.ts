import { settled } from "@gastown/client";
import { createInterface, type Interface } from "node:readline";
import type { CliContext } from "../context.ts";
import { untilInterrupted } from "../interrupted.ts";
import { lineText, type OutputLine } from "../output-lines.ts";
import { plainText } from "../table.ts";
import { untilAnswered } from "./await-answer.ts";
import { listen } from "../listen.ts";

/** What the mayor says goes to standard output; what it does besides is for the person at the terminal. */
export function showAnswer(cli: CliContext, line: OutputLine): void {
  if (cli.out.json) cli.out.line({ seq: null, data: line });
  else if (line.kind === "text") cli.out.write(`${plainText(line.text)}\n`);
  else if (line.kind === "error") cli.out.note(lineText(line));
  else cli.out.detail(lineText(line));
}

/** The mayor is made and started, if that is needed. */
export async function ensureMayor(cli: CliContext) {
  const path = { town: await cli.town() };
  return settled(cli.http.POST("/v1/towns/{town}/mayor", { params: { path, header: cli.write("ensure") } }));
}

/** Says one thing to the mayor; `part` tells the messages of one invocation apart. */
export async function tellMayor(
  cli: CliContext,
  { message, context, part }: { message: string; context?: string | undefined; part: string },
) {
  const path = { town: await cli.town() };
  const body = { message, ...(context !== undefined && { context }) };
  return settled(cli.http.POST("/v1/towns/{town}/mayor/messages", { params: { path, header: cli.write(part) }, body }));
}

const clearLine = "\r\u001B[K";

/** Above the line that is being typed, when somebody types. */
function showAbove(cli: CliContext, line: OutputLine, lines: Interface | null): void {
  if (lines?.terminal) cli.out.write(clearLine);
  showAnswer(cli, line);
  if (lines?.terminal) lines.prompt(true);
}

/** Lines of standard input, from now on. */
function typedLines(signal: AbortSignal): Interface {
  const { stdin: input, stderr: output } = process;
  const lines = createInterface({ input, output, prompt: "> ", signal, terminal: input.isTTY });
  // A terminal in line editing keeps Ctrl-C for itself.
  return lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
}

interface Talk {
  lines: Interface;
  context: string | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  catchUp: () => Promise<void>;
}

/** Each line is a message. Somebody at a terminal need not wait for an answer; lines out of a pipe are said one after the other. */
async function converse(cli: CliContext, { lines, context, timeoutMs, signal, catchUp }: Talk): Promise<void> {
  let count = 0;
  if (lines.terminal) lines.prompt();
  for await (const line of lines) {
    const message = line.trim();
    if (message !== "") {
      count += 1;
      const { data } = await tellMayor(cli, { message, context: count === 1 ? context : undefined, part: `${count}` });
      if (!lines.terminal) {
        await untilAnswered(cli, data, { signal, timeoutMs });
        await catchUp();
      }
    }
    if (lines.terminal) lines.prompt();
  }
}

/** A conversation with the mayor: lines of standard input are said, answers are shown as they come; until the input ends, or Ctrl-C. */
export async function chat(
  cli: CliContext,
  { context, timeoutMs }: { context: string | undefined; timeoutMs: number },
): Promise<void> {
  await untilInterrupted(async (signal) => {
    const { data } = await ensureMayor(cli);
    const { agent, name } = data.mayor.agent;
    let lines: Interface | null = null;
    const show = (line: OutputLine): void => showAbove(cli, line, lines);
    const { ended, catchUp, close } = await listen(cli, { agent, signal, show });
    try {
      cli.out.note(`${name} is ${data.mayor.status}. Each line is said to it; Ctrl-C leaves, and it goes on.`);
      // Not before they are read: what came in between would be lost.
      lines = typedLines(signal);
      await Promise.race([converse(cli, { lines, context, timeoutMs, signal, catchUp }), ended]);
    } finally {
      lines?.close();
      close();
    }
  });
}
