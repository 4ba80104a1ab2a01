import { settled } from "@gastown/client";
import type { Command } from "commander";
import { beadTable } from "../bead-text.ts";
import type { CliContext } from "../context.ts";
import type { Joining } from "../program.ts";
import { readText } from "../read-text.ts";
import { pullPath, pullTable } from "./pulls.ts";
import { rigNamed } from "./rigs.ts";

interface OpenFlags {
  rig?: string;
  title: string;
  base?: string;
  body?: string;
  draft?: boolean;
}

async function open(cli: CliContext, head: string, { rig, title, base, body = "", draft = false }: OpenFlags) {
  const path = { town: await cli.town(), rig: await rigNamed(cli, rig) };
  const text = body === "-" ? await readText("-") : body;
  const answer = await settled(
    cli.http.POST("/v1/towns/{town}/rigs/{rig}/pulls", {
      params: { path, header: cli.write() },
      body: { head, title, body: text, draft, ...(base !== undefined && { base }) },
    }),
  );
  cli.out.show(answer, pullTable([answer.data]));
}

/** The server knows which rig's repository it is in, if any. */
async function adoptByUrl(cli: CliContext, url: string, rig: string | undefined): Promise<void> {
  const path = { town: await cli.town() };
  const answer = await settled(
    cli.http.POST("/v1/towns/{town}/pulls/adopt", {
      params: { path, header: cli.write() },
      body: { url, ...(rig !== undefined && { rig }) },
    }),
  );
  cli.out.show(answer, beadTable([answer.data]));
}

/** `pr open`, `pr adopt` and `pr merge`. */
export function addPullWork(pr: Command, { context }: Joining): void {
  pr.command("open <branch>")
    .description("open a pull request from a branch you pushed; the town looks after it once it is adopted")
    .requiredOption("-t, --title <title>", "what it does")
    .option("--rig <rig>", "the rig, when there are several")
    .option("--base <branch>", "what it is merged into; the rig's default branch by default")
    .option("-b, --body <text>", "more about it; - reads standard input")
    .option("--draft", "not to be merged yet")
    .addHelpText("after", "\nExample:\n  gastown pr open gt/anna/fix-login --rig site --title 'Fix the login page'")
    .action((head: string, flags: OpenFlags) => open(context(), head, flags));
  pr.command("adopt <pull>")
    .description("let the town follow a pull request nobody in it wrote: repair it, and merge it when it is ready")
    .option("--rig <rig>", "the rig, when there are several")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown pr adopt 7\n  gastown pr adopt site/7\n  gastown pr adopt https://github.com/acme/app/pull/7",
    )
    .action(async (named: string, { rig }: { rig?: string }) => {
      const cli = context();
      if (/^https?:\/\//.test(named)) return adoptByUrl(cli, named, rig);
      const path = await pullPath(cli, named, rig);
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/adopt", { params: { path, header: cli.write() } }),
      );
      cli.out.show(answer, beadTable([answer.data]));
    });
  pr.command("merge <pull>")
    .description("merge a pull request that is ready; one that nobody follows must be adopted first")
    .option("--rig <rig>", "the rig, when there are several")
    .option("--expected-head <commit>", "refuse when the head is another by now")
    .addHelpText("after", "\nExample:\n  gastown pr merge site/7")
    .action(async (named: string, { rig, expectedHead }: { rig?: string; expectedHead?: string }) => {
      const cli = context();
      const path = await pullPath(cli, named, rig);
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/rigs/{rig}/pulls/{number}/merge", {
          params: { path, header: cli.write() },
          body: expectedHead === undefined ? {} : { expectedHead },
        }),
      );
      cli.out.show(answer, pullTable([answer.data]));
    });
}
