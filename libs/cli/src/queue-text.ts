import type { Schema } from "@gastown/client";
import { tableText, type Table } from "./table.ts";
import { placesText } from "./wait-text.ts";

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

/** What ends the waiting, for who waits to know what to do. */
function advice({ towns, containers, taken, maxContainers, maxAgents }: Queue): string[] {
  const [next] = towns;
  const free = maxContainers - taken;
  const idle = containers.filter(({ state, agents, starts }) => state === "running" && agents + starts === 0);
  const full = containers.filter(({ starts }) => starts > 0);
  const lines: string[] = [];
  if (next !== undefined) {
    const unused =
      idle.length > 0
        ? `${townsText(idle)} has nothing to do and gives its own up within a minute`
        : "when all work in a container above is done, or its beads are closed";
    lines.push(
      `${next.town} gets the next place: ${free > 0 ? "one is free, it is about to take it" : unused}.`,
      `For more places set GASTOWN_MAX_CONTAINERS (now ${maxContainers}) and start again.`,
    );
  }
  if (full.length > 0)
    lines.push(
      `Starts wait for the container of ${townsText(full)} to come up, or for one of its ${maxAgents} places.`,
    );
  return lines.length === 0 ? [] : [...lines, "What each agent waits for: gastown agent ls --town <town>"];
}

function townsText(containers: Queue["containers"]): string {
  return containers.map(({ town }) => town).join(", ");
}

/** The places of an installation, who waits for one, and what ends that. Pure. */
export function queueText(queue: Queue, width: number): string {
  return [
    `${placesText(queue)}; ${queue.maxAgents} agents may run in one container`,
    "",
    `Containers\n${tableText(heldTable(queue), width)}`,
    `Towns that wait\n${tableText(waitingTable(queue), width)}`,
    ...advice(queue),
  ].join("\n");
}
