import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError, cliErrorOf, exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import { lookText } from "../look-text.ts";
import type { Joining } from "../program.ts";

type Town = Schema<"TownDetail">;
type Order = (town: string, header: ReturnType<CliContext["write"]>) => Promise<{ seq: number | null; data: Town }>;

/** The town that was meant, or every one there is. */
async function townsMeant(cli: CliContext, all: boolean | undefined): Promise<string[]> {
  if (!all) return [await cli.town()];
  if (cli.flags.town !== undefined) throw new CliError("--town and --all exclude each other.");
  const { data } = await listUpTo(100_000, (query) => answered(cli.http.GET("/v1/towns", { params: { query } })));
  return data.items.map(({ town }) => town);
}

interface Outcome {
  town: string;
  state: "stopped" | "working" | "failed";
  reason: string | null;
}

/** What became of the order in one town: a town that fails must not keep the others from it. */
async function outcomeOf(town: string, ordered: ReturnType<Order>): Promise<Outcome> {
  try {
    const { data } = await ordered;
    return { town, state: data.stopped === null ? "working" : "stopped", reason: data.stopped?.reason ?? null };
  } catch (error) {
    return { town, state: "failed", reason: cliErrorOf(error)?.message ?? String(error) };
  }
}

async function orderAll(cli: CliContext, all: boolean | undefined, order: Order): Promise<Outcome[]> {
  const towns = await townsMeant(cli, all);
  const [only] = towns;
  if (!all && only !== undefined) {
    const { data } = await order(only, cli.write());
    return [{ town: only, state: data.stopped === null ? "working" : "stopped", reason: data.stopped?.reason ?? null }];
  }
  const outcomes: Outcome[] = [];
  for (const town of towns) outcomes.push(await outcomeOf(town, order(town, cli.write(town))));
  return outcomes;
}

function addOrder(
  program: Command,
  { context, exitWith }: Joining,
  verb: {
    name: "estop" | "thaw";
    description: string;
    example: string;
    order: (cli: CliContext, reason: string) => Order;
  },
): void {
  const command = program.command(verb.name).description(verb.description).option("--all", "every town");
  if (verb.name === "estop") command.option("--reason <text>", "why, for whoever looks next", "");
  command
    .addHelpText("after", `\nExamples:\n  ${verb.example}`)
    .action(async ({ all, reason = "" }: { all?: boolean; reason?: string }) => {
      const cli = context();
      const outcomes = await orderAll(cli, all, verb.order(cli, reason));
      const rows = outcomes.map((one) => [one.town, one.state, one.reason ?? ""]);
      cli.out.show({ seq: null, data: { items: outcomes } }, { columns: ["town", "state", "reason"], rows });
      if (outcomes.some(({ state }) => state === "failed")) exitWith(exitCodes.failed);
    });
}

async function reconcile(cli: CliContext, dryRun: boolean): Promise<void> {
  const path = { town: await cli.town() };
  const looked = await settled(
    cli.http.POST("/v1/towns/{town}/reconcile", { params: { path, query: { dryRun: true } } }),
  );
  // What is found is shown; then the town is told to do it.
  if (!dryRun)
    await settled(
      cli.http.POST("/v1/towns/{town}/reconcile", { params: { path, header: cli.write(), query: { dryRun: false } } }),
    );
  const answer = { seq: looked.seq, data: { ...looked.data, dryRun } };
  cli.out.show(answer, lookText(answer.data));
}

/** `estop`, `thaw` and `reconcile`. */
export function addSafety(program: Command, joining: Joining): void {
  addOrder(program, joining, {
    name: "estop",
    description:
      "stop everything: agents are stopped with their work saved, nothing is dispatched or merged until thaw",
    example: "gastown estop --reason 'bill too high'\n  gastown estop --all --reason 'night'",
    order: (cli, reason) => (town, header) =>
      settled(cli.http.POST("/v1/towns/{town}/estop", { params: { path: { town }, header }, body: { reason } })),
  });
  addOrder(program, joining, {
    name: "thaw",
    description: "let a stopped town go on; also forgets what the breaker counted",
    example: "gastown thaw\n  gastown thaw --all",
    order: (cli) => (town, header) =>
      settled(cli.http.POST("/v1/towns/{town}/thaw", { params: { path: { town }, header } })),
  });
  program
    .command("reconcile")
    .description("let the rules look at the town now; says what they decide, and why the rest waits")
    .option("--dry-run", "only say it: nothing is changed or sent")
    .addHelpText("after", "\nExamples:\n  gastown reconcile --dry-run\n  gastown reconcile")
    .action(({ dryRun = false }: { dryRun?: boolean }) => reconcile(joining.context(), dryRun));
}
