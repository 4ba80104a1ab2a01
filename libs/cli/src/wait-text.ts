import type { Schema } from "@gastown/client";
import type { Containers } from "./read-containers.ts";
import { oneLine } from "./table.ts";

type Container = Schema<"Container">;
type Agent = Container["agents"][number];
type Places = Schema<"Places">;

/** What a start waits for, each with the cap that keeps it from running when that is a cap. */
const waitsFor: Record<NonNullable<Agent["waits"]>["for"], (places: Places) => string> = {
  container_place: ({ maxContainers, ahead }) =>
    `waits for one of ${maxContainers} container places${ahead === null ? "" : `, ${aheadText(ahead)}`}`,
  container: () => "waits for the town's container",
  agent_place: ({ maxAgents }) => `waits for one of ${maxAgents} places in the container`,
  refused: () => "waits to be asked for again",
  turn: () => "is asked for next",
  dispatch: () => "waits: nothing is started now (no model to give, or the dispatcher closes)",
};

function aheadText(ahead: number): string {
  return ahead === 0 ? "its town is next" : `${ahead} ${ahead === 1 ? "town" : "towns"} before it`;
}

/** Why an agent's start does not run yet, and since when; empty when it runs. */
function waitText({ waits, state, since }: Agent, places: Places): string {
  if (waits === null) return state === "starting" ? `is being started, since ${timeOf(since)}` : "";
  const refusal = waits.refusal === null ? "" : `; refused: ${oneLine(waits.refusal)}`;
  return `${waitsFor[waits.for](places)}, since ${timeOf(waits.since)}${refusal}`;
}

function timeOf(iso: string): string {
  return iso.slice(11, 19);
}

/** What each agent of a town waits for, by its id; nothing when that is not known. */
export function waitsOf(containers: Containers | null): Map<string, string> {
  if (containers === null) return new Map();
  const agents = containers.items.flatMap((container) => container.agents);
  return new Map(agents.map((agent) => [agent.agent, waitText(agent, containers.places)]));
}

/** How far the places are taken, in a line. */
export function placesText({ taken, maxContainers, waiting }: Omit<Places, "ahead">): string {
  return `${taken} of ${maxContainers} container places are taken, ${waiting} ${waiting === 1 ? "town waits" : "towns wait"} for one`;
}
