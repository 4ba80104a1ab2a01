import { settled } from "@gastown/client";
import type { Command } from "commander";
import { confirm } from "../confirm.ts";
import type { Joining } from "../program.ts";

/** `town rm` and `rig rm`. */
export function addRemovals(groups: { town: Command; rig: Command }, { context }: Joining): void {
  groups.town
    .command("rm <id>")
    .description("delete a town with everything in it, for good: its containers stop, its repositories here go")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  gastown town rm lab\n  gastown town rm lab --yes")
    .action(async (town: string, { yes }: { yes?: boolean }) => {
      const cli = context();
      const question = `Delete town ${town} with everything in it, for good?`;
      await confirm(cli, { yes, question, expected: town });
      const answer = await settled(
        cli.http.DELETE("/v1/towns/{town}", { params: { path: { town }, header: cli.write() } }),
      );
      cli.out.show(answer, `town ${town} is deleted`);
    });
  groups.rig
    .command("rm <name>")
    .description("remove a rig with all its beads and agents, for good")
    .option("-f, --force", "though it has live work")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  gastown rig rm site\n  gastown rig rm site --force --yes")
    .action(async (rig: string, { yes, force = false }: { yes?: boolean; force?: boolean }) => {
      const cli = context();
      const path = { town: await cli.town(), rig };
      const question = `Remove rig ${rig} of town ${path.town} with all its beads and agents, for good?`;
      await confirm(cli, { yes, question });
      const answer = await settled(
        cli.http.DELETE("/v1/towns/{town}/rigs/{rig}", {
          params: { path, header: cli.write(), query: { force } },
        }),
      );
      cli.out.show(answer, `rig ${rig} is removed, and ${answer.data.deleted} beads with it`);
    });
}
