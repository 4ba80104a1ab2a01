import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { collect } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readText } from "../read-text.ts";
import { oneLine, type Table } from "../table.ts";
import { pullPath, pullTable } from "./pulls.ts";

type Thread = Schema<"Thread">;

interface OfRig {
  rig?: string;
}

function placeOf({ file, line }: Thread): string {
  if (file === null) return "-";
  return line === null ? file : `${file}:${line}`;
}

function threadTable(threads: readonly Thread[]): Table {
  const rows = threads.flatMap((thread) =>
    thread.comments.map(({ author, body }, index) => {
      const state = thread.resolved ? "resolved" : thread.outdated ? "outdated" : "open";
      return index === 0
        ? [thread.id, state, placeOf(thread), author, oneLine(body)]
        : ["", "", "", author, oneLine(body)];
    }),
  );
  return { columns: ["thread", "state", "at", "author", "says"], rows };
}

const aRig = ["--rig <rig>", "the rig, when there are several"] as const;

function addThreadCommands(pr: Command, { context }: Joining): void {
  pr.command("threads <pull>")
    .description("the review threads of a pull request, as its forge has them now")
    .option(...aRig)
    .addHelpText("after", "\nExample:\n  gastown pr threads site/7")
    .action(async (named: string, { rig }: OfRig) => {
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const at = "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads";
      const answer = await answered(cli.http.GET(at, { params: { path } }));
      cli.out.show(answer, threadTable(answer.data.items));
    });
  pr.command("reply <pull> <thread>")
    .description("answer in a review thread")
    .option(...aRig)
    .requiredOption("-b, --body <text>", "what you have to say; - reads standard input")
    .addHelpText("after", "\nExample:\n  gastown pr reply site/7 PRRT_kwDOA -b 'Renamed it.'")
    .action(async (named: string, thread: string, { rig, body }: OfRig & { body: string }) => {
      const cli = context();
      const path = { ...(await pullPath(cli, named, rig)), thread };
      const text = body === "-" ? await readText("-") : body;
      const at = "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads/{thread}/reply";
      const answer = await settled(cli.http.POST(at, { params: { path, header: cli.write() }, body: { body: text } }));
      cli.out.show(answer, pullTable([answer.data]));
    });
  pr.command("resolve <pull> <thread>")
    .description("mark a review thread as resolved")
    .option(...aRig)
    .addHelpText("after", "\nExample:\n  gastown pr resolve site/7 PRRT_kwDOA")
    .action(async (named: string, thread: string, { rig }: OfRig) => {
      const cli = context();
      const path = { ...(await pullPath(cli, named, rig)), thread };
      const at = "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads/{thread}/resolve";
      const answer = await settled(cli.http.POST(at, { params: { path, header: cli.write() } }));
      cli.out.show(answer, pullTable([answer.data]));
    });
}

interface EditFlags extends OfRig {
  title?: string;
  body?: string;
}

/** What is done to a pull request where it is: `pr edit`, `pr request-review`, `pr threads`, `pr reply`, `pr resolve`. */
export function addPullForge(pr: Command, joining: Joining): void {
  const { context } = joining;
  pr.command("edit <pull>")
    .description("change a pull request's title or body")
    .option(...aRig)
    .option("-t, --title <title>", "what it does")
    .option("-b, --body <text>", "more about it; - reads standard input")
    .addHelpText("after", "\nExample:\n  gastown pr edit site/7 --title 'Fix the login page'")
    .action(async (named: string, { rig, title, body }: EditFlags) => {
      if (title === undefined && body === undefined)
        throw new CliError("Nothing to change was named.", { advice: "Add --title or --body." });
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const text = body === "-" ? await readText("-") : body;
      const words = { ...(title !== undefined && { title }), ...(text !== undefined && { body: text }) };
      const answer = await settled(
        cli.http.PATCH("/v1/towns/{town}/rigs/{rig}/pulls/{number}", {
          params: { path, header: cli.write() },
          body: words,
        }),
      );
      cli.out.show(answer, pullTable([answer.data]));
    });
  pr.command("request-review <pull>")
    .description("ask people of the forge for their review")
    .option(...aRig)
    .requiredOption("--from <names>", "their names there, with commas; can be repeated", collect)
    .addHelpText("after", "\nExample:\n  gastown pr request-review site/7 --from ann,bob")
    .action(async (named: string, { rig, from }: OfRig & { from: string[] }) => {
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const at = "/v1/towns/{town}/rigs/{rig}/pulls/{number}/reviewers";
      const answer = await settled(
        cli.http.POST(at, { params: { path, header: cli.write() }, body: { reviewers: from } }),
      );
      cli.out.show(answer, pullTable([answer.data]));
    });
  addThreadCommands(pr, joining);
}
