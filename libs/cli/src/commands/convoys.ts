import { answered, settled, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { beadTable } from "../bead-text.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { draftOf, parseConvoy, taskCollector, type ConvoyDraft } from "../convoy-draft.ts";
import { convoyTable, convoyText } from "../convoy-text.ts";
import { listUpTo } from "../list.ts";
import { collect, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readText } from "../read-text.ts";
import { tableText } from "../table.ts";
import { rigNamed } from "./rigs.ts";

type Convoy = Schema<"Convoy">;

interface CreateFlags {
  file?: string;
  task?: Parameters<typeof draftOf>[0];
  rig?: string;
  mode?: Convoy["mergeMode"];
  staged?: boolean;
}

async function tasksOf(cli: CliContext, { file, task, rig }: CreateFlags): Promise<ConvoyDraft> {
  if ((file === undefined) === (task === undefined))
    throw new CliError("Give --file, or tasks with --task.", { advice: "gastown convoy create --help shows both." });
  if (file !== undefined) return parseConvoy(file, await readText(file), rig);
  const given = task ?? [];
  // Only a task that names no rig needs to know the only one there is.
  const fallback = given.every((one) => one["rig"] !== undefined) ? undefined : await rigNamed(cli, rig);
  return { tasks: draftOf(given, fallback) };
}

async function create(cli: CliContext, title: string | undefined, flags: CreateFlags): Promise<void> {
  const { mode, staged } = flags;
  const draft = {
    ...(await tasksOf(cli, flags)),
    ...(title !== undefined && { title }),
    ...(mode !== undefined && { mergeMode: mode }),
    ...(staged && { staged }),
  };
  if (!("title" in draft))
    throw new CliError("The convoy has no title.", { advice: "Name it, or write title = … in the file." });
  const path = { town: await cli.town() };
  // What a file holds is checked by the gateway, which names every field that is wrong.
  const body = draft as unknown as { title: string; tasks: { rig: string; title: string }[] };
  const answer = await settled(
    cli.http.POST("/v1/towns/{town}/convoys", { params: { path, header: cli.write() }, body }),
  );
  cli.out.show(answer, convoyText(answer.data));
}

async function show(cli: CliContext, convoy: string): Promise<void> {
  const path = { town: await cli.town(), convoy };
  const answer = await answered(cli.http.GET("/v1/towns/{town}/convoys/{convoy}", { params: { path } }));
  if (cli.out.json) return cli.out.show(answer, "");
  const beads = await listUpTo(200, (page) =>
    answered(
      cli.http.GET("/v1/towns/{town}/beads", {
        params: { path: { town: path.town }, query: { convoy, type: ["issue"], ...page } },
      }),
    ),
  );
  const width = cli.out.tty ? process.stdout.columns : 1_000;
  cli.out.show(answer, `${convoyText(answer.data)}\n\n${tableText(beadTable(beads.data.items.toReversed()), width)}`);
}

function addReading(convoy: Command, { context }: Joining): void {
  convoy
    .command("ls")
    .description("list convoys with their progress, newest first")
    .option(
      "--status <status>",
      "only these: staged, active, landing, landed, closed, failed; can be repeated",
      collect,
    )
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExample:\n  gastown convoy ls --status active,landing")
    .action(async ({ limit, ...filter }: { limit: number; status?: Convoy["status"][] }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const answer = await listUpTo(limit, (page) =>
        answered(cli.http.GET("/v1/towns/{town}/convoys", { params: { path, query: { ...filter, ...page } } })),
      );
      cli.out.show(answer, convoyTable(answer.data.items));
    });
  convoy
    .command("show <convoy>")
    .description("one convoy: its progress, its landing in each rig, its beads")
    .addHelpText("after", "\nExample:\n  gastown convoy show hq-3")
    .action((id: string) => show(context(), id));
}

function addCreating(convoy: Command, { context }: Joining): void {
  const collector = taskCollector();
  convoy
    .command("create [title]")
    .description("make a convoy: tasks that wait for each other and land together")
    .option("-f, --file <file>", "a TOML or JSON file with its tasks; - reads standard input")
    .option("--task <text>", "a task as 'rig: title'; can be repeated", (text) => collector.task(text))
    .option("--after <tasks>", "the --task before it waits for these, by number from 1", (text) =>
      collector.after(text),
    )
    .option("--rig <rig>", "the rig of tasks that name none; the only one by default")
    .addOption(new Option("--mode <mode>", "how it lands").choices(["review-then-land", "review-and-merge"]))
    .option("--staged", "make it, but let nothing begin before `convoy start`")
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  gastown convoy create 'Log in by mail' --task 'api: send the mail' --task 'web: the form' --after 1",
        "  gastown convoy create --file release.toml --staged",
        "",
        "A file has title, mergeMode, staged, and for each task:",
        "  [[tasks]]",
        "  id = 'mail'             how other tasks name it",
        "  rig = 'api'",
        "  title = 'Send the mail'",
        "  body = '…'              also priority, labels",
        "  after = ['schema']      the ids of tasks that come first",
      ].join("\n"),
    )
    .action((title: string | undefined, flags: CreateFlags) => create(context(), title, flags));
}

async function at(cli: CliContext, id: string) {
  return { params: { path: { town: await cli.town(), convoy: id }, header: cli.write() } };
}

function addWriting(convoy: Command, { context }: Joining): void {
  convoy
    .command("start <convoy>")
    .description("let a staged convoy go to work")
    .addHelpText("after", "\nExample:\n  gastown convoy start hq-3")
    .action(async (id: string) => {
      const cli = context();
      const answer = await settled(cli.http.POST("/v1/towns/{town}/convoys/{convoy}/start", await at(cli, id)));
      cli.out.show(answer, convoyTable([answer.data]));
    });
  convoy
    .command("close <convoy>")
    .description("end a convoy by hand: its live beads are closed, their agents stopped, their pull requests closed")
    .option("--reason <text>", "why", "")
    .addHelpText("after", "\nExample:\n  gastown convoy close hq-3 --reason 'not needed any more'")
    .action(async (id: string, { reason }: { reason: string }) => {
      const cli = context();
      const request = { ...(await at(cli, id)), body: { reason } };
      const answer = await settled(cli.http.POST("/v1/towns/{town}/convoys/{convoy}/close", request));
      cli.out.show(answer, convoyTable([answer.data]));
    });
  convoy
    .command("add <convoy> <beads...>")
    .description("add live beads that belong to no convoy and were not begun")
    .addHelpText("after", "\nExample:\n  gastown convoy add hq-3 gt-1a gt-1b")
    .action(async (id: string, beads: string[]) => {
      const cli = context();
      const request = { ...(await at(cli, id)), body: { beads } };
      const answer = await settled(cli.http.POST("/v1/towns/{town}/convoys/{convoy}/beads", request));
      cli.out.show(answer, convoyTable([answer.data]));
    });
  convoy
    .command("remove <convoy> <bead>")
    .description("take a bead out of a convoy; the bead stays")
    .addHelpText("after", "\nExample:\n  gastown convoy remove hq-3 gt-1a")
    .action(async (id: string, bead: string) => {
      const cli = context();
      const path = { town: await cli.town(), convoy: id, bead };
      const request = { params: { path, header: cli.write() } };
      const answer = await settled(cli.http.DELETE("/v1/towns/{town}/convoys/{convoy}/beads/{bead}", request));
      cli.out.show(answer, convoyTable([answer.data]));
    });
}

/** `convoy`. */
export function addConvoyCommands(program: Command, joining: Joining): void {
  const convoy = program.command("convoy").description("convoys, work that lands together: create, show, start, close");
  addCreating(convoy, joining);
  addReading(convoy, joining);
  addWriting(convoy, joining);
}
