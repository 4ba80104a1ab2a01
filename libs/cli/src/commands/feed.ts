import type { Schema } from "@gastown/client";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { eventText, isProblem } from "../event-text.ts";
import { untilInterrupted } from "../interrupted.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { readEvents } from "../read-events.ts";

interface FeedFlags {
  fromSeq?: number;
  problems?: boolean;
  installation?: boolean;
  follow: boolean;
}

function showEvent(cli: CliContext, seq: number, event: Schema<"Event">): void {
  if (cli.out.json) cli.out.line({ seq, data: event });
  else cli.out.write(`${eventText(seq, event)}\n`);
}

/** What the log holds after `from`, to its end. */
async function read(cli: CliContext, { fromSeq: from = 0, problems, installation }: FeedFlags): Promise<void> {
  const town = installation ? null : await cli.town();
  for await (const { seq, event } of readEvents(cli, { town, from }))
    if (!problems || isProblem(event)) showEvent(cli, seq, event);
}

function noteLoss(cli: CliContext): (reason: string, retryMs: number) => void {
  return (reason, retryMs) => cli.out.note(`connection lost (${reason}), again in ${retryMs} ms`);
}

async function follow(cli: CliContext, { fromSeq: from, problems }: FeedFlags): Promise<void> {
  const town = await cli.town();
  await untilInterrupted(async (signal) => {
    for await (const frame of cli.client.watchTown({ town, from, signal, onLost: noteLoss(cli) })) {
      if (frame.type === "hello") cli.out.detail(`connected to ${cli.client.url}, the log is at ${frame.seq}`);
      if (frame.type === "event" && (!problems || isProblem(frame.event))) showEvent(cli, frame.seq, frame.event);
      if (frame.type !== "reset") continue;
      if (cli.out.json) cli.out.line({ seq: frame.seq, data: { type: "reset", reason: frame.reason } });
      else cli.out.note(`events before ${frame.seq} cannot be shown (${frame.reason}); read the state anew`);
    }
  });
}

export function addFeed(program: Command, { context }: Joining): void {
  program
    .command("feed")
    .description("the town's events as they happen, until Ctrl-C")
    .option("--from-seq <seq>", "begin after this sequence; 0 is the beginning of the log", wholeNumber(0))
    .option("--problems", "only what went wrong or waits for people")
    .option("--installation", "instead: what is no town's, such as services that crashed; to the end of the log")
    .option("--no-follow", "stop at the end of the log")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown feed\n  gastown feed --from-seq 0 --no-follow --json\n  gastown feed --problems\n  gastown feed --installation",
    )
    .action((flags: FeedFlags) =>
      flags.follow && !flags.installation ? follow(context(), flags) : read(context(), flags),
    );
}
