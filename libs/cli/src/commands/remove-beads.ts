import { settled, type Schema } from "@gastown/client";
import type { Command } from "commander";
import { CliError, exitCodes } from "../cli-error.ts";
import { confirm } from "../confirm.ts";
import type { CliContext } from "../context.ts";
import { collect } from "../parse.ts";
import type { Joining } from "../program.ts";

type Bead = Schema<"Bead">;

interface RemoveFlags {
  status?: Bead["status"][];
  rig?: string;
  type?: Exclude<Bead["type"], "agent">[];
  yes?: boolean;
}

interface Gone {
  deleted: string[];
  missing: string[];
  more: boolean;
}

/** At most 500 go at once, so that it is sent until there are no more. */
async function removeAll(
  cli: CliContext,
  body: { beads: string[] } | (Omit<RemoveFlags, "yes" | "status"> & { status: Bead["status"][] }),
): Promise<{ seq: number | null; data: Gone }> {
  const path = { town: await cli.town() };
  const all: Gone = { deleted: [], missing: [], more: false };
  for (let round = 0; ; round++) {
    const header = cli.write(round === 0 ? undefined : String(round));
    const { seq, data } = await settled(
      cli.http.POST("/v1/towns/{town}/beads/delete", { params: { path, header }, body }),
    );
    all.deleted.push(...data.deleted);
    all.missing.push(...data.missing);
    if (!data.more || data.deleted.length === 0) return { seq, data: { ...all, more: data.more } };
  }
}

function meant(
  ids: string[],
  { status, rig, type }: RemoveFlags,
): { text: string; body: Parameters<typeof removeAll>[1] } {
  if (ids.length > 0 === (status !== undefined))
    throw new CliError("Name beads, or give --status.", { advice: "gastown bead rm --help shows both." });
  if (status === undefined) {
    if (rig !== undefined || type !== undefined) throw new CliError("--rig and --type go with --status.");
    return { text: `beads ${ids.join(", ")}`, body: { beads: ids } };
  }
  const where = [rig === undefined ? "" : ` of rig ${rig}`, type === undefined ? "" : ` of type ${type.join(", ")}`];
  const body = { status, ...(rig !== undefined && { rig }), ...(type !== undefined && { type }) };
  return { text: `all beads that are ${status.join(" or ")}${where.join("")}`, body };
}

/** `bead rm`. */
export function addBeadRemoval(bead: Command, { context, exitWith }: Joining): void {
  bead
    .command("rm [beads...]")
    .description("delete beads with their children, for good: their mail, nudges and pending messages go too")
    .option("--status <status>", "all that are closed, failed, ...; can be repeated", collect)
    .option("--rig <rig>", "with --status: only this rig's")
    .option("--type <type>", "with --status: only these; can be repeated", collect)
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown bead rm gt-1a gt-1b\n  gastown bead rm --status closed,failed --rig site --yes",
    )
    .action(async (ids: string[], flags: RemoveFlags) => {
      const cli = context();
      const { text, body } = meant(ids, flags);
      await confirm(cli, { yes: flags.yes, question: `Delete ${text} of town ${await cli.town()}, for good?` });
      const answer = await removeAll(cli, body);
      cli.out.show(answer, answer.data.deleted.join("\n"));
      if (answer.data.missing.length === 0) return;
      cli.out.note(`There is no ${answer.data.missing.join(", ")}.`);
      exitWith(exitCodes.notFound);
    });
}
