import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { oneLine, type Table } from "../table.ts";
import { listUpTo } from "../list.ts";
import { collectPair, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { CliError } from "../cli-error.ts";

interface TownFlags {
  name?: string;
  model?: string;
  policy?: Record<string, unknown>;
}

/** `none` gives the model back to the installation. The gateway checks the policy, and names what is wrong in it. */
function changesOf({ name, model, policy }: TownFlags): {
  name?: string;
  model?: string | null;
  policy?: Schema<"PolicyOverride">;
} {
  return {
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model: model === "none" ? null : model }),
    ...(policy !== undefined && { policy }),
  };
}

function counts(by: Record<string, unknown>): string {
  const parts = Object.entries(by).map(([status, count]) => `${String(count)} ${status}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

export function townText(town: Schema<"TownDetail">): string {
  const own = Object.entries(town.policyOverride).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [
    `${town.town}  ${oneLine(town.name)}`,
    `beads   ${counts(town.beads)}`,
    `agents  ${counts(town.agents)}`,
    `model   ${town.model ?? "the installation's"}`,
    `policy  ${own.length === 0 ? "default" : own.join(" ")}`,
  ].join("\n");
}

function townTable(towns: Schema<"Town">[]): Table {
  return {
    columns: ["town", "name", "model", "created"],
    rows: towns.map(({ town, name, model, createdAt }) => [town, name, model ?? "-", createdAt]),
  };
}

export function addTownCommands(program: Command, { context }: Joining): void {
  const town = program.command("town").description("towns: make, list, set");
  town
    .command("create <id>")
    .description("make a town")
    .option("--name <name>", "what people call it; the id by default")
    .option("--model <model>", "the model of its agents; the installation's by default")
    .option("--policy <name=value>", "one number of the policy; can be repeated", collectPair)
    .addHelpText(
      "after",
      "\nExamples:\n  gastown town create acme --name 'Acme Inc.'\n  gastown town create lab --policy codeReview=false --policy maxPolecatsPerRig=2",
    )
    .action(async (id: string, flags: TownFlags) => {
      const cli = context();
      const body = { town: id, name: flags.name ?? id, ...changesOf(flags) };
      const answer = await settled(cli.http.POST("/v1/towns", { params: { header: cli.write() }, body }));
      cli.out.show(answer, townText(answer.data));
    });
  town
    .command("ls")
    .description("list towns")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExample:\n  gastown town ls")
    .action(async ({ limit }: { limit: number }) => {
      const cli = context();
      const answer = await listUpTo(limit, (query) => answered(cli.http.GET("/v1/towns", { params: { query } })));
      cli.out.show(answer, townTable(answer.data.items));
    });
  town
    .command("set [id]")
    .description("change a town's name, model or policy")
    .option("--name <name>", "what people call it")
    .option("--model <model>", "the model of its agents; none: the installation's")
    .option("--policy <name=value>", "one number of the policy; can be repeated", collectPair)
    .addHelpText(
      "after",
      "\nExamples:\n  gastown town set --policy autoMerge=false\n  gastown town set acme --model anthropic/claude-sonnet-5",
    )
    .action(async (id: string | undefined, flags: TownFlags) => {
      const cli = context();
      const body = changesOf(flags);
      if (Object.keys(body).length === 0)
        throw new CliError("Nothing to set was named.", { advice: "Give --name, --model or --policy." });
      const path = { town: id ?? (await cli.town()) };
      const answer = await settled(cli.http.PATCH("/v1/towns/{town}", { params: { path, header: cli.write() }, body }));
      cli.out.show(answer, townText(answer.data));
    });
}
