import { answered, settled, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { beadTable, beadText } from "../bead-text.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import { collect, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readText } from "../read-text.ts";
import { rigNamed } from "./rigs.ts";

type Bead = Schema<"Bead">;
const priorities = ["low", "medium", "high", "critical"];

export interface NewBeadFlags {
  rig?: string;
  body?: string;
  priority: Bead["priority"];
  label?: string[];
  dependsOn?: string[];
}

/** The options that describe a new bead, for `bead create` and `sling --new`. */
export function withNewBeadOptions(command: Command): Command {
  return command
    .option("--rig <rig>", "the repository it is about; the only one by default")
    .option("-b, --body <text>", "what is to be done, in full; - reads standard input")
    .addOption(new Option("-p, --priority <priority>", "how urgent it is").choices(priorities).default("medium"))
    .option("-l, --label <label>", "a label; can be repeated", collect)
    .option("-d, --depends-on <bead>", "a bead that must be closed first; can be repeated", collect);
}

/** The body of a request that makes a bead. */
export async function newBead(cli: CliContext, title: string, flags: NewBeadFlags) {
  return {
    rig: await rigNamed(cli, flags.rig),
    title,
    body: flags.body === "-" ? await readText("-") : (flags.body ?? ""),
    priority: flags.priority,
    labels: flags.label ?? [],
    dependsOn: flags.dependsOn ?? [],
  };
}

/** Agents are beads too, but nobody's work: `--type agent` or `agent ls` shows them. */
const work: Bead["type"][] = ["issue", "message", "escalation", "merge_request", "convoy", "molecule"];

interface ListFlags {
  rig?: string;
  status?: Bead["status"][];
  type?: Bead["type"][];
  label?: string;
  kind?: NonNullable<Bead["kind"]>[];
  convoy?: string;
  parent?: string;
  limit: number;
}

async function list(cli: CliContext, flags: ListFlags, ready: boolean): Promise<void> {
  const path = { town: await cli.town() };
  const { limit, type = work, ...rest } = flags;
  const filters = { ...rest, type };
  const answer = await listUpTo(limit, (page) =>
    answered(
      cli.http.GET("/v1/towns/{town}/beads", {
        params: { path, query: { ...filters, ...(ready && { ready }), ...page } },
      }),
    ),
  );
  cli.out.show(answer, beadTable(answer.data.items));
}

async function hold(cli: CliContext, bead: string, held: boolean): Promise<void> {
  const path = { town: await cli.town(), bead };
  const answer = await settled(
    cli.http.PATCH("/v1/towns/{town}/beads/{bead}", { params: { path, header: cli.write() }, body: { held } }),
  );
  cli.out.show(answer, beadTable([answer.data]));
}

function addReading(bead: Command, { context }: Joining): void {
  bead
    .command("show <bead>")
    .description("everything about one bead")
    .addHelpText("after", "\nExample:\n  gastown bead show gt-1a")
    .action(async (id: string) => {
      const cli = context();
      const path = { town: await cli.town(), bead: id };
      const answer = await answered(cli.http.GET("/v1/towns/{town}/beads/{bead}", { params: { path } }));
      cli.out.show(answer, beadText(answer.data));
    });
  bead
    .command("ls")
    .description("list beads, newest first")
    .option("--rig <rig>", "only this rig's")
    .option("--status <status>", "only these: open, in_progress, in_review, closed, failed; can be repeated", collect)
    .option("--type <type>", "only these: issue, merge_request, escalation, ...; all but agent by default", collect)
    .option("--kind <kind>", "only these: task, fixup, step, triage-request, triage-batch; can be repeated", collect)
    .option("--convoy <bead>", "only this convoy's")
    .option("--parent <bead>", "only those below this bead")
    .option("--label <label>", "only those with this label")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText(
      "after",
      "\nExamples:\n  gastown bead ls --status open,in_progress\n  gastown bead ls --convoy hq-3\n  gastown bead ls --type escalation --json",
    )
    .action((flags: ListFlags) => list(context(), flags, false));
  bead
    .command("ready")
    .description("list the beads that could be dispatched now")
    .option("--rig <rig>", "only this rig's")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExample:\n  gastown bead ready")
    .action((flags: ListFlags) => list(context(), flags, true));
  bead
    .command("history <bead>")
    .description("what happened to a bead, oldest first, and who did it")
    .option("--limit <n>", "how many at most", wholeNumber(1), 1000)
    .addHelpText("after", "\nExample:\n  gastown bead history gt-1a")
    .action(async (id: string, { limit }: { limit: number }) => {
      const cli = context();
      const path = { town: await cli.town(), bead: id };
      const answer = await listUpTo(limit, (query) =>
        answered(cli.http.GET("/v1/towns/{town}/beads/{bead}/history", { params: { path, query } })),
      );
      const rows = answer.data.items.map(({ at, type, actor, cause, data }) => [
        at,
        type,
        actor,
        cause,
        JSON.stringify(data),
      ]);
      cli.out.show(answer, { columns: ["at", "what", "who", "cause", "data"], rows });
    });
}

function addWriting(bead: Command, { context }: Joining): void {
  withNewBeadOptions(bead.command("create <title>"))
    .description("record a work item; unless held or blocked, an agent takes it by itself")
    .option("--held", "make it, but let nobody take it yet")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown bead create 'Fix the login page' -p high -b 'It answers 500.'\n  gastown bead create 'Then test it' --depends-on gt-1a",
    )
    .action(async (title: string, flags: NewBeadFlags & { held?: boolean }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const body = { ...(await newBead(cli, title, flags)), held: flags.held ?? false };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/beads", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, beadTable([answer.data]));
    });
  bead
    .command("close <bead>")
    .description("end a bead by hand: its agent stops, its pull request closes, its dependants go on")
    .option("--reason <text>", "why")
    .addHelpText("after", "\nExample:\n  gastown bead close gt-1a --reason 'not needed any more'")
    .action(async (id: string, { reason = "" }: { reason?: string }) => {
      const cli = context();
      if (id === "") throw new CliError("Name a bead.");
      const path = { town: await cli.town(), bead: id };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/beads/{bead}/close", {
          params: { path, header: cli.write() },
          body: { reason },
        }),
      );
      cli.out.show(answer, beadTable([answer.data]));
    });
  bead
    .command("hold <bead>")
    .description("let nobody take it until it is resumed")
    .addHelpText("after", "\nExample:\n  gastown bead hold gt-1a")
    .action((id: string) => hold(context(), id, true));
  bead
    .command("resume <bead>")
    .description("lift the hold")
    .addHelpText("after", "\nExample:\n  gastown bead resume gt-1a")
    .action((id: string) => hold(context(), id, false));
}

/** The group `bead`, for others to join. */
export function addBeadCommands(program: Command, joining: Joining): Command {
  const bead = program
    .command("bead")
    .description("beads, the pieces of work: create, show, list, close, hold, remove");
  addWriting(bead, joining);
  addReading(bead, joining);
  return bead;
}
