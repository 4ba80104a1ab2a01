import { answered } from "@gastown/client";
import type { Command } from "commander";
import type { Joining } from "../program.ts";
import { queueText } from "../queue-text.ts";

/** `queue`. */
export function addQueue(program: Command, { context }: Joining): void {
  program
    .command("queue")
    .description("the places for containers: which towns have one, which wait for one, next first, and what ends that")
    .addHelpText("after", "\nExamples:\n  gastown queue\n  gastown queue --json")
    .action(async () => {
      const cli = context();
      const answer = await answered(cli.http.GET("/v1/queue", {}));
      cli.out.show(answer, queueText(answer.data, cli.out.tty ? process.stdout.columns : 1_000));
    });
}
