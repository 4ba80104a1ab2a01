import { answered, settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { oneLine, type Table } from "../table.ts";
import { listUpTo } from "../list.ts";
import { collectPair, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { policyOf } from "../policy-values.ts";
import { spentText } from "../spent-text.ts";

interface TownFlags {
  name?: string;
  model?: string;
  policy?: Record<string, string>;
}

function counts(by: Record<string, unknown>): string {
  const parts = Object.entries(by).map(([status, count]) => `${String(count)} ${status}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** What keeps the town from working, if anything. */
function stopText({ stopped, breaker }: Schema<"TownDetail">): string[] {
  const open = [...(breaker.town ? ["the town"] : []), ...breaker.rigs.map((rig) => `rig ${rig}`)];
  return [
    ...(stopped === null
      ? []
      : [`STOPPED at ${stopped.at} by ${stopped.by}${stopped.reason === "" ? "" : `: ${oneLine(stopped.reason)}`}`]),
    ...(open.length === 0 ? [] : [`BREAKER open for ${open.join(", ")}: too many attempts failed`]),
  ];
}

export function townText(town: Schema<"TownDetail">): string {
  const own = Object.entries(town.policyOverride).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const models = Object.entries(town.models).map(([role, model]) => `${role}=${String(model)}`);
  const env = Object.entries(town.env).map(([name, hint]) => `${name}=${hint}`);
  return [
    `${town.town}  ${oneLine(town.name)}`,
    ...stopText(town),
    `beads   ${counts(town.beads)}`,
    `agents  ${counts(town.agents)}`,
    `model   ${[town.model ?? "the installation's", ...models].join(" ")}`,
    ...(env.length === 0 ? [] : [`env     ${env.join(" ")}`]),
    `spent   ${spentText(town.spent) ?? "nothing"} since ${town.spent.since}`,
    `policy  ${own.length === 0 ? "default" : own.join(" ")}`,
  ].join("\n");
}

function townTable(towns: Schema<"Town">[]): Table {
  return {
    columns: ["town", "name", "model", "created"],
    rows: towns.map(({ town, name, model, createdAt }) => [town, name, model ?? "-", createdAt]),
  };
}

/** The group `town`, for others to join. */
export function addTownCommands(program: Command, { context }: Joining): Command {
  const town = program.command("town").description("towns: make, list, set, remove");
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
      const { name = id, model, policy } = flags;
      const body = {
        town: id,
        name,
        ...(model !== undefined && { model }),
        ...(policy !== undefined && { policy: policyOf(policy) }),
      };
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
  return town;
}
