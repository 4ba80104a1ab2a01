import { answered, settled, type Schema } from "@gastown/client";
import { Option, type Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { listUpTo } from "../list.ts";
import { mergeOf } from "../merge-values.ts";
import { collectPair, wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import type { Table } from "../table.ts";

interface RigFlags {
  prefix?: string;
  branch?: string;
  check?: string;
  approvals: number;
  forge: "local" | "github" | "gitlab";
  merge?: Record<string, string>;
}

/** 2-4 letters of the rig's name, to begin its beads' ids with. */
function prefixOf(rig: string): string {
  const letters = rig.replaceAll(/[^a-z]/g, "").slice(0, 4);
  return letters.length >= 2 ? letters : "gt";
}

/** A path is made absolute: the server has another working directory. */
function sourceOf(text: string): string {
  return !text.includes("://") && existsSync(text) ? resolve(text) : text;
}

/** The rig that was named, or the only one the town has. */
export async function rigNamed(cli: CliContext, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const town = await cli.town();
  const { data } = await answered(
    cli.http.GET("/v1/towns/{town}/rigs", { params: { path: { town }, query: { limit: 20 } } }),
  );
  const rigs = data.items.map(({ rig }) => rig);
  if (rigs.length === 1 && rigs[0] !== undefined) return rigs[0];
  if (rigs.length === 0)
    throw new CliError(`Town ${town} has no rig yet.`, {
      code: "no_rig",
      advice: "Add one: gastown rig add <name> <path or url>",
    });
  throw new CliError(`Town ${town} has several rigs: ${rigs.join(", ")}.`, {
    code: "which_rig",
    advice: "Name one with --rig.",
  });
}

export function rigTable(rigs: Schema<"Rig">[]): Table {
  const rows = rigs.map(({ rig, state, stateReason, defaultBranch, check, cloneUrl }) => [
    rig,
    stateReason === null ? state : `${state}: ${stateReason}`,
    defaultBranch ?? "-",
    check ?? "-",
    cloneUrl ?? "-",
  ]);
  return { columns: ["rig", "state", "branch", "check", "clone"], rows };
}

/** The group `rig`, for others to join. */
export function addRigCommands(program: Command, { context }: Joining): Command {
  const rig = program.command("rig").description("rigs, the repositories of a town: add, list, set, remove");
  rig
    .command("add <name> <source>")
    .description("add a repository; source is a path or a URL git can clone from, on a forge the URL of its page")
    .option("--prefix <letters>", "how its beads' ids begin; from the name by default")
    .option("--branch <name>", "the branch to merge into; the source's own by default")
    .option("--check <command>", "the shell command that must succeed before a merge, such as 'npm test'")
    .option("--approvals <n>", "how many people must approve a pull request", wholeNumber(0), 0)
    .addOption(
      new Option("--forge <forge>", "where its pull requests are; local imports the source")
        .choices(["local", "github", "gitlab"])
        .default("local"),
    )
    .option(
      "--merge <name=value>",
      "how its pull requests are merged, such as method=squash; can be repeated",
      collectPair,
    )
    .addHelpText(
      "after",
      "\nExamples:\n  gastown rig add site ./site --check 'npm test'\n  gastown rig add api https://example.com/api.git --branch main --approvals 1\n  gastown rig add app https://github.com/acme/app --forge github --merge method=squash",
    )
    .action(async (name: string, source: string, flags: RigFlags) => {
      const cli = context();
      const body = {
        rig: name,
        prefix: flags.prefix ?? prefixOf(name),
        source: sourceOf(source),
        defaultBranch: flags.branch ?? null,
        check: flags.check ?? null,
        requiredApprovals: flags.approvals,
        forge: flags.forge,
        ...(flags.merge !== undefined && { merge: mergeOf(flags.merge) }),
      };
      const path = { town: await cli.town() };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/rigs", { params: { path, header: cli.write() }, body }),
      );
      cli.out.show(answer, rigTable([answer.data]));
    });
  rig
    .command("ls")
    .description("list the town's rigs")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExample:\n  gastown rig ls")
    .action(async ({ limit }: { limit: number }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const answer = await listUpTo(limit, (query) =>
        answered(cli.http.GET("/v1/towns/{town}/rigs", { params: { path, query } })),
      );
      cli.out.show(answer, rigTable(answer.data.items));
    });
  return rig;
}
