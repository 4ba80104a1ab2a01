import { answered, settled, type Schema } from "@gastown/client";
import { Argument, type Command } from "commander";
import { beadTable } from "../bead-text.ts";
import { listUpTo } from "../list.ts";
import { wholeNumber } from "../parse.ts";
import type { Joining } from "../program.ts";
import type { Table } from "../table.ts";

type Bead = Schema<"Bead">;
type Action = NonNullable<Bead["triage"]>["options"][number];

const actions: Action[] = [
  "RESTART",
  "RESTART_WITH_BACKOFF",
  "CLOSE_BEAD",
  "ESCALATE",
  "NUDGE",
  "REASSIGN_BEAD",
  "PROVIDE_GUIDANCE",
];
const live: Bead["status"][] = ["open", "in_progress"];

function questionCells(triage: Bead["triage"]): string[] {
  if (triage === null) return ["-", "-", "-", "-"];
  const { type, agent, about, resolution, options } = triage;
  return [type, agent ?? "-", about ?? "-", resolution?.action ?? options.join(",")];
}

function triageTable(beads: Bead[]): Table {
  const rows = beads.map(({ bead, status, triage, title }) => [bead, status, ...questionCells(triage), title]);
  return { columns: ["request", "status", "asks", "agent", "bead", "answers", "title"], rows };
}

/** `ack` and `triage`. */
export function addQuestionCommands(program: Command, { context }: Joining): void {
  program
    .command("ack <bead>")
    .description("take an escalation: it is not raised again (gastown bead ls --type escalation lists them)")
    .option("--note <text>", "what you do about it", "")
    .addHelpText("after", "\nExample:\n  gastown ack hq-9 --note 'looking at it'")
    .action(async (bead: string, { note }: { note: string }) => {
      const cli = context();
      const path = { town: await cli.town(), bead };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/beads/{bead}/acknowledge", {
          params: { path, header: cli.write() },
          body: { note },
        }),
      );
      cli.out.show(answer, beadTable([answer.data]));
    });
  const triage = program.command("triage").description("questions about stuck agents: list, answer");
  triage
    .command("ls")
    .description("list triage requests that wait for an answer")
    .option("--all", "answered ones too")
    .option("--limit <n>", "how many at most", wholeNumber(1), 100)
    .addHelpText("after", "\nExample:\n  gastown triage ls")
    .action(async ({ all, limit }: { all?: boolean; limit: number }) => {
      const cli = context();
      const path = { town: await cli.town() };
      const query = { kind: ["triage-request" as const], ...(!all && { status: live }) };
      const answer = await listUpTo(limit, (page) =>
        answered(cli.http.GET("/v1/towns/{town}/beads", { params: { path, query: { ...query, ...page } } })),
      );
      cli.out.show(answer, triageTable(answer.data.items));
    });
  triage
    .command("resolve <request>")
    .addArgument(new Argument("<action>", "what is done to the agent and its bead").choices(actions))
    .description("answer a triage request")
    .option("--notes <text>", "why, or what the agent is told", "")
    .addHelpText(
      "after",
      "\nExamples:\n  gastown triage resolve gt-4 RESTART\n  gastown triage resolve gt-4 PROVIDE_GUIDANCE --notes 'Use the fixture in tests/data.'",
    )
    .action(async (bead: string, action: Action, { notes }: { notes: string }) => {
      const cli = context();
      const path = { town: await cli.town(), bead };
      const answer = await settled(
        cli.http.POST("/v1/towns/{town}/beads/{bead}/resolve", {
          params: { path, header: cli.write() },
          body: { action, notes },
        }),
      );
      cli.out.show(answer, triageTable([answer.data]));
    });
}
