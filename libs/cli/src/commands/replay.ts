import { answered, type Schema } from "@gastown/client";
import { InvalidArgumentError, type Command } from "commander";
import { exitCodes } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import { oneLine, tableText } from "../table.ts";

type Replay = Schema<"Replay">;
type Until = { at?: string; entry?: number; seq?: number };

/** A time, the sequence of an event, or `entry:N`. */
function untilOf(text: string): Until {
  const [, entry] = /^entry:(\d+)$/.exec(text) ?? [];
  if (entry !== undefined) return { entry: Number(entry) };
  if (/^\d+$/.test(text)) return { seq: Number(text) };
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return { at: time.toISOString() };
  throw new InvalidArgumentError("It must be a time such as 2026-11-22T10:00:00Z, an event's sequence, or entry:N.");
}

async function read(cli: CliContext, until: Until, limit: number): Promise<{ seq: number | null; data: Replay }> {
  const path = { town: await cli.town() };
  const page = (after?: string) =>
    answered(
      cli.http.GET("/v1/towns/{town}/replay", {
        params: { path, query: { ...until, limit: Math.min(limit, 200), ...(after !== undefined && { after }) } },
      }),
    );
  const { seq, data } = await page();
  // Later pages stop where the first did, though the town goes on meanwhile.
  const beads = [...data.beads];
  let { next } = data;
  while (next !== null && beads.length < limit) {
    const more = await page(next);
    beads.push(...more.data.beads);
    ({ next } = more.data);
  }
  return { seq, data: { ...data, beads: beads.slice(0, limit), next } };
}

function yesNo(answer: boolean | null): string {
  return answer === null ? "-" : answer ? "yes" : "no";
}

function replayText(town: string, data: Replay, width: number): string {
  const agents = Object.entries(data.agents).map(([status, count]) => `${String(count)} ${status}`);
  const rows = data.beads.map(({ bead, type, status, rig, assignee, title }) => [
    bead,
    type,
    status,
    rig ?? "-",
    assignee ?? "-",
    title,
  ]);
  const table = { columns: ["bead", "type", "status", "rig", "agent", "title"], rows };
  return [
    `${town} after entry ${data.entry}${data.at === null ? "" : ` of ${data.at}`}; ${data.entries} entries were replayed`,
    `deterministic: ${yesNo(data.deterministic)}`,
    `follows today: ${yesNo(data.followsToday)}`,
    ...data.differences.map((difference) => `  ${oneLine(difference)}`),
    `agents: ${agents.length === 0 ? "none" : agents.join(", ")}`,
    "",
    tableText(table, width),
  ].join("\n");
}

/** `replay`. */
export function addReplay(program: Command, { context, exitWith }: Joining): void {
  program
    .command("replay")
    .description("the town as it was, rebuilt from its stored inputs; 1 when deciding them again gives something else")
    .option("--at <when>", "a time, an event's sequence, or entry:N of the log; the end by default", untilOf)
    .option("--limit <n>", "how many beads to show at most", wholeNumber(1), 200)
    .addHelpText(
      "after",
      "\nExamples:\n  gastown replay\n  gastown replay --town acme --at 2026-11-22T10:00:00Z\n  gastown replay --at entry:120 --json",
    )
    .action(async ({ at = {}, limit }: { at?: Until; limit: number }) => {
      const cli = context();
      const answer = await read(cli, at, limit);
      const width = cli.out.tty ? process.stdout.columns : 1_000;
      cli.out.show(answer, replayText(await cli.town(), answer.data, width));
      const { deterministic, followsToday } = answer.data;
      if (!deterministic || followsToday === false) exitWith(exitCodes.failed);
    });
}
