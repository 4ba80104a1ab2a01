import { answered, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError, cliErrorOf, exitCodes } from "../cli-error.ts";
import { confirm } from "../confirm.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { oneLine, plainText, type Table } from "../table.ts";

type Letter = Schema<"DeadLetter">;

function letterTable(letters: Letter[]): Table {
  const rows = letters.map(({ seq, at, service, town, code, subject, deliveries, reason }) => [
    String(seq),
    at,
    service,
    town,
    code,
    subject,
    String(deliveries),
    reason,
  ]);
  return { columns: ["seq", "at", "service", "town", "code", "subject", "tries", "reason"], rows };
}

/** The number that a dead letter is known by. */
function letterNumber(named: string): number {
  if (/^[1-9]\d{0,14}$/.test(named)) return Number(named);
  throw new CliError(`"${named}" is not the number of a dead letter.`, { advice: "gastown dlq ls shows them." });
}

function letterText(letter: Letter): string {
  return [
    `${letter.seq}  ${letter.code}: ${oneLine(letter.reason)}`,
    `at        ${letter.at}`,
    `given up  by ${letter.service} (${letter.consumer}) after ${letter.deliveries} deliveries`,
    `subject   ${letter.subject}`,
    `original  ${letter.stream} ${letter.streamSeq}`,
    "",
    plainText(bodyText(letter.body)),
  ].join("\n");
}

/** Most are JSON, and are read better on several lines. */
function bodyText(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Only the flag counts: dead letters are the installation's, not those of the town that is merely the usual one. */
function list(cli: CliContext, limit: number) {
  const { town } = cli.flags;
  const filter = town === undefined ? {} : { town };
  return listUpTo(limit, ({ limit: most, after }) =>
    answered(
      cli.http.GET("/v1/dead-letters", {
        params: { query: { ...filter, limit: most, ...(after !== undefined && { after: Number(after) }) } },
      }),
    ),
  );
}

/** The letters that were named, or all (of --town). */
async function meant(cli: CliContext, named: string[], all: boolean | undefined): Promise<number[]> {
  if (named.length > 0 === (all === true || cli.flags.town !== undefined))
    throw new CliError("Name dead letters by their number, or give --all or --town.", {
      advice: "gastown dlq ls shows the numbers.",
    });
  if (named.length > 0) return named.map(letterNumber);
  const { data } = await list(cli, 100_000);
  // Oldest first: what they say may build on each other.
  return data.items.map(({ seq }) => seq).toReversed();
}

interface Done {
  done: number[];
  failed: { seq: number; reason: string }[];
}

async function each(seqs: number[], act: (seq: number) => Promise<unknown>): Promise<Done> {
  const outcome: Done = { done: [], failed: [] };
  for (const seq of seqs) {
    try {
      await act(seq);
      outcome.done.push(seq);
    } catch (error) {
      outcome.failed.push({ seq, reason: cliErrorOf(error)?.message ?? String(error) });
    }
  }
  return outcome;
}

function showDone(cli: CliContext, what: string, { done, failed }: Done): void {
  const rows = [
    ...done.map((seq) => [String(seq), what, ""]),
    ...failed.map(({ seq, reason }) => [String(seq), "failed", reason]),
  ];
  cli.out.show({ seq: null, data: { done, failed } }, { columns: ["seq", "state", "reason"], rows });
}

function addReading(dlq: Command, { context }: Joining): void {
  dlq
    .command("ls")
    .description("list messages that services gave up on, newest first")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExamples:\n  gastown dlq ls\n  gastown dlq ls --town acme")
    .action(async ({ limit }: { limit: number }) => {
      const cli = context();
      const answer = await list(cli, limit);
      cli.out.show(answer, letterTable(answer.data.items));
    });
  dlq
    .command("show <seq>")
    .description("one of them, with the message as it was")
    .addHelpText("after", "\nExample:\n  gastown dlq show 12")
    .action(async (named: string) => {
      const cli = context();
      const path = { seq: letterNumber(named) };
      const answer = await answered(cli.http.GET("/v1/dead-letters/{seq}", { params: { path } }));
      cli.out.show(answer, letterText(answer.data));
    });
}

/** `dlq`. */
export function addDeadLetterCommands(program: Command, joining: Joining): void {
  const { context, exitWith } = joining;
  const dlq = program.command("dlq").description("dead letters, messages nobody could handle: list, show, retry, drop");
  addReading(dlq, joining);
  dlq
    .command("retry [seqs...]")
    .description("send them again to where they were sent first; what was done already is not done twice")
    .option("--all", "all of them; with --town: all of that town's")
    .addHelpText("after", "\nExamples:\n  gastown dlq retry 12\n  gastown dlq retry --all --town acme")
    .action(async (named: string[], { all }: { all?: boolean }) => {
      const cli = context();
      const seqs = await meant(cli, named, all);
      const outcome = await each(seqs, (seq) =>
        answered(cli.http.POST("/v1/dead-letters/{seq}/retry", { params: { path: { seq } } })),
      );
      showDone(cli, "sent again", outcome);
      if (outcome.failed.length > 0) exitWith(exitCodes.failed);
    });
  dlq
    .command("drop [seqs...]")
    .description("throw them away, for good")
    .option("--all", "all of them; with --town: all of that town's")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  gastown dlq drop 12\n  gastown dlq drop --all --yes")
    .action(async (named: string[], { all, yes }: { all?: boolean; yes?: boolean }) => {
      const cli = context();
      const seqs = await meant(cli, named, all);
      // Those that were named one by one are meant.
      const sure = yes === true || named.length > 0 || seqs.length === 0;
      await confirm(cli, { yes: sure, question: `Throw ${seqs.length} dead letters away, for good?` });
      const outcome = await each(seqs, (seq) =>
        answered(cli.http.DELETE("/v1/dead-letters/{seq}", { params: { path: { seq } } })),
      );
      showDone(cli, "dropped", outcome);
      if (outcome.failed.length > 0) exitWith(exitCodes.failed);
    });
}
