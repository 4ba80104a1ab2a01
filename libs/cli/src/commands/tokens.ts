import { answered, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { listUpTo } from "../list.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import type { Table } from "../table.ts";

function tokenTable(tokens: Schema<"Token">[]): Table {
  const rows = tokens.map(({ id, name, scope, town, createdAt, revokedAt }) => [
    id,
    name,
    scope,
    town ?? "-",
    createdAt,
    revokedAt === null ? "-" : `revoked ${revokedAt}`,
  ]);
  return { columns: ["id", "name", "scope", "town", "created", "state"], rows };
}

export function addTokenCommands(program: Command, { context }: Joining): void {
  const token = program.command("token").description("tokens of the API: create, list, revoke");
  token
    .command("create <name>")
    .description("make a token; with --town it is for that town only. It is printed once.")
    .addOption(new Option("--scope <scope>", "what it may do").choices(["read", "write", "admin"]).default("write"))
    .addHelpText(
      "after",
      "\nExamples:\n  gastown token create anna\n  gastown token create dashboard --scope read --town acme",
    )
    .action(async (name: string, { scope }: { scope: "read" | "write" | "admin" }) => {
      const cli = context();
      // Only the flag counts: a town that is merely the usual one does not limit a token.
      const answer = await answered(
        cli.http.POST("/v1/tokens", { body: { name, scope, town: cli.flags.town ?? null } }),
      );
      cli.out.show(answer, `${answer.data.token}\n`);
      if (!cli.out.json)
        cli.out.note(`Token ${answer.data.id} for ${answer.data.name}. Keep it: it is not shown again.`);
    });
  token
    .command("ls")
    .description("list tokens, revoked ones too")
    .option("--limit <n>", "how many at most", wholeNumber(1), 200)
    .addHelpText("after", "\nExample:\n  gastown token ls")
    .action(async ({ limit }: { limit: number }) => {
      const cli = context();
      const answer = await listUpTo(limit, (query) => answered(cli.http.GET("/v1/tokens", { params: { query } })));
      cli.out.show(answer, tokenTable(answer.data.items));
    });
  token
    .command("revoke <id>")
    .description("end a token")
    .addHelpText("after", "\nExample:\n  gastown token revoke 01jd3k5m7n9p1q3r5s7t9v1w3x")
    .action(async (id: string) => {
      const cli = context();
      const answer = await answered(cli.http.DELETE("/v1/tokens/{token}", { params: { path: { token: id } } }));
      cli.out.show(answer, tokenTable([answer.data]));
    });
}
