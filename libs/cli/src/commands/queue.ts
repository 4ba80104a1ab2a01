import { answered, type Schema } from "@gastown/client";
import type { Command } from "commander";
import type { Joining } from "../program.ts";
import { tableText, type Table } from "../table.ts";
import { placesText } from "../wait-text.ts";

type Queue = Schema<"Queue">;

function heldTable({ containers }: Queue): Table {
  const rows = containers.map(({ town, container, state, agents, starts }) => [
    town,
    container,
    state,
    String(agents),
    String(starts),
  ]);
  return { columns: ["town", "container", "state", "agents", "waiting"], rows };
}

/** The first row is the town that gets the next place. */
function waitingTable({ towns }: Queue): Table {
  const rows = towns.map(({ town, since, starts }, index) => [String(index + 1), town, since, starts.join(",")]);
  return { columns: ["turn", "town", "since", "starts"], rows };
}

function queueText(queue: Queue, width: number): string {
  return [
    `${placesText(queue)}; ${queue.maxAgents} agents may run in one container`,
    "",
    `Containers\n${tableText(heldTable(queue), width)}`,
    `Towns that wait\n${tableText(waitingTable(queue), width)}`,
  ].join("\n");
}

/** `queue`. */
export function addQueue(program: Command, { context }: Joining): void {
  program
    .command("queue")
    .description("the places for containers: which towns have one, and which wait for one, next first")
    .addHelpText("after", "\nExamples:\n  gastown queue\n  gastown queue --json")
    .action(async () => {
      const cli = context();
      const answer = await answered(cli.http.GET("/v1/queue", {}));
      cli.out.show(answer, queueText(answer.data, cli.out.tty ? process.stdout.columns : 1_000));
    });
}
