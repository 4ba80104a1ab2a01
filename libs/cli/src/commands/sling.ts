import { answered, settled } from "@gastown/client";
import type { Command } from "commander";
import { beadTable } from "../bead-text.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { explanationText } from "../explain-text.ts";
import type { Joining } from "../program.ts";
import { readContainers } from "../read-containers.ts";
import { waitsOf } from "../wait-text.ts";
import { newBead, withNewBeadOptions, type NewBeadFlags } from "./beads.ts";

interface SlingFlags extends NewBeadFlags {
  new?: string;
  agent?: string;
}

async function sling(cli: CliContext, bead: string | undefined, flags: SlingFlags): Promise<void> {
  if ((bead === undefined) === (flags.new === undefined))
    throw new CliError("Name a bead, or give --new <title>.", { advice: "gastown sling --help shows both." });
  const town = await cli.town();
  const agent = flags.agent === undefined ? {} : { agent: flags.agent };
  const header = cli.write();
  const answer =
    bead === undefined
      ? await settled(
          cli.http.POST("/v1/towns/{town}/sling", {
            params: { path: { town }, header },
            body: { ...(await newBead(cli, flags.new ?? "", flags)), ...agent },
          }),
        )
      : await settled(
          cli.http.POST("/v1/towns/{town}/beads/{bead}/sling", {
            params: { path: { town, bead }, header },
            body: agent,
          }),
        );
  cli.out.show(answer, beadTable([answer.data]));
}

/** What the start of the agent of a bead waits for; empty when it runs, or there is none. */
async function waitOf(cli: CliContext, path: { town: string; bead: string }): Promise<string> {
  const { data } = await answered(cli.http.GET("/v1/towns/{town}/beads/{bead}", { params: { path } }));
  if (data.assignee === null) return "";
  return waitsOf(await readContainers(cli)).get(data.assignee) ?? "";
}

export function addSling(program: Command, { context }: Joining): void {
  withNewBeadOptions(program.command("sling [bead]"))
    .description("send a bead to work now, or make one and send it")
    .option("--new <title>", "make the bead first")
    .option("--agent <agent>", "the polecat that is to take it")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown sling gt-1a\n  gastown sling --new 'Fix the failing test' -b 'npm test fails in add.test.js'",
    )
    .action((bead: string | undefined, flags: SlingFlags) => sling(context(), bead, flags));
  program
    .command("explain <bead>")
    .description("why a bead is where it is, what would move it, and when it is looked at next")
    .addHelpText("after", "\nExample:\n  gastown explain gt-1a")
    .action(async (bead: string) => {
      const cli = context();
      const path = { town: await cli.town(), bead };
      const answer = await answered(cli.http.GET("/v1/towns/{town}/beads/{bead}/explain", { params: { path } }));
      cli.out.show(answer, explanationText(answer.data, cli.out.json ? "" : await waitOf(cli, path)));
    });
}
