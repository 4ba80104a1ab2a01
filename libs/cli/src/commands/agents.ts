import { answered, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { untilInterrupted } from "../interrupted.ts";
import { listUpTo } from "../list.ts";
import { listen } from "../listen.ts";
import { lastLines, lineText, type OutputLine } from "../output-lines.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readContainers } from "../read-containers.ts";
import { oneLine, type Table } from "../table.ts";
import { waitsOf } from "../wait-text.ts";

type Agent = Schema<"Agent">;

/** `waits`: what starts wait for, by agent. */
export function agentTable(agents: Agent[], waits: ReadonlyMap<string, string>): Table {
  const rows = agents.map(({ agent, name, role, rig, status, hook, activeAt, statusMessage }) => [
    agent,
    name,
    role,
    rig ?? "-",
    status,
    hook ?? "-",
    activeAt ?? "-",
    statusMessage ?? "",
    waits.get(agent) ?? "",
  ]);
  return { columns: ["agent", "name", "role", "rig", "status", "hook", "active", "says", "waits"], rows };
}

/** The id of an agent that was named by its id or by its name. */
export async function agentNamed(cli: CliContext, named: string): Promise<string> {
  if (/^[a-z]{2,6}-[0-9a-z]{1,10}$/.test(named)) return named;
  const path = { town: await cli.town() };
  const { data } = await listUpTo(1000, (query) =>
    answered(cli.http.GET("/v1/towns/{town}/agents", { params: { path, query } })),
  );
  const found = data.items.find(({ name }) => name.toLowerCase() === named.toLowerCase());
  if (found !== undefined) return found.agent;
  throw new CliError(`There is no agent ${named}.`, {
    code: "agent_not_found",
    exit: exitCodes.notFound,
    advice: "gastown agent ls lists them.",
  });
}

function showLine(cli: CliContext, line: OutputLine): void {
  if (cli.out.json) cli.out.line({ seq: null, data: line });
  else cli.out.write(`${lineText(line)}\n`);
}

async function peek(cli: CliContext, named: string): Promise<void> {
  const agent = await agentNamed(cli, named);
  const path = { town: await cli.town(), agent };
  const [{ seq, data }, output] = await Promise.all([
    answered(cli.http.GET("/v1/towns/{town}/agents/{agent}", { params: { path } })),
    lastLines(cli, agent, 20),
  ]);
  const head = `${data.name} (${data.agent}, ${data.role}) is ${data.status}${data.hook === null ? "" : ` on ${data.hook}`}. ${oneLine(data.statusMessage ?? "")}`;
  const lines = output.data.items.map((line) => `  ${lineText(line)}`);
  cli.out.show({ seq, data: { agent: data, output: output.data.items } }, [head.trim(), ...lines].join("\n"));
}

/** The last lines, then each one that is written, until Ctrl-C. */
async function followLines(cli: CliContext, agent: string, last: number): Promise<void> {
  const show = (line: OutputLine): void => showLine(cli, line);
  await untilInterrupted(async (signal) => (await listen(cli, { agent, signal, tail: last, show })).ended);
}

export function addAgentCommands(program: Command, { context }: Joining): void {
  const agent = program.command("agent").description("agents: list");
  agent
    .command("ls")
    .description("list the town's agents; of a start that does not run yet, what it waits for")
    .option("--rig <rig>", "only this rig's")
    .option("--limit <n>", "how many at most", wholeNumber(1), 200)
    .addHelpText("after", "\nExample:\n  gastown agent ls")
    .action(async ({ limit, ...filter }: { limit: number; rig?: string }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const answer = await listUpTo(limit, (page) =>
        answered(cli.http.GET("/v1/towns/{town}/agents", { params: { path, query: { ...filter, ...page } } })),
      );
      const containers = cli.out.json ? null : await readContainers(cli);
      cli.out.show(answer, agentTable(answer.data.items, waitsOf(containers)));
    });
  program
    .command("peek <agent>")
    .description("what an agent does right now: its state and its last 20 lines")
    .addHelpText("after", "\nExamples:\n  gastown peek gt-7\n  gastown peek toast        by name")
    .action((named: string) => peek(context(), named));
  program
    .command("logs <agent>")
    .description("an agent's output")
    .option("-n, --last <n>", "how many of the last lines (2,000 are kept)", wholeNumber(1), 100)
    .option("-f, --follow", "go on with new lines, until Ctrl-C")
    .addHelpText("after", "\nExamples:\n  gastown logs gt-7 -n 500\n  gastown logs toast -f")
    .action(async (named: string, { last, follow }: { last: number; follow?: boolean }) => {
      const cli = context();
      const id = await agentNamed(cli, named);
      if (follow) return followLines(cli, id, last);
      const answer = await lastLines(cli, id, last);
      cli.out.show(answer, answer.data.items.map((line) => `${lineText(line)}\n`).join(""));
    });
}
