import type { TriageAction } from "@gastown/contracts";
import { clip } from "./clip.ts";
import type { TriageRequest } from "./request-triage.ts";
import type { TownState } from "./state.ts";

/** What each action does, for whoever chooses. */
const meaning: Readonly<Record<TriageAction, string>> = {
  RESTART: "its bead is taken from the agent and goes out again at once; the run counts as an attempt",
  RESTART_WITH_BACKOFF: "the same, after the bead's cool-down",
  CLOSE_BEAD: "the bead fails with your notes as the reason",
  ESCALATE: "people are asked, with your notes",
  NUDGE: "your notes are said to the agent at once",
  REASSIGN_BEAD: "its bead is taken from the agent and goes to another one",
  PROVIDE_GUIDANCE: "your notes are mailed to the agent",
};

/** As much of a request's story as fits when twenty are told together. */
const maxContextBytes = 3000;

/** The body of a batch: what to do, and each request with all that is known about it. */
export function batchText(state: TownState, requests: readonly TriageRequest[]): string {
  return [
    "Decide what becomes of each of these triage requests. Read the beads and agents they are about, then resolve each",
    "with one action and notes that say why. Change no code and push nothing. When all are resolved, you are done",
    "(outcome completed); what you leave open is asked again or waits for a person.",
    "",
    "Actions:",
    ...Object.entries(meaning).map(([action, does]) => `- ${action}: ${does}`),
    ...requests.flatMap((request) => ["", ...requestText(state, request)]),
  ].join("\n");
}

function requestText(state: TownState, { bead, body, triage }: TriageRequest): string[] {
  const { type, agent, about, escalation, options } = triage;
  const known = agent === null ? undefined : state.agents.get(agent);
  const named = about === null ? undefined : state.beads.get(about);
  return [
    `## ${bead} (${type})`,
    ...(agent === null ? [] : [`Agent: ${agent}${known === undefined ? "" : ` ${known.name}, ${known.status}`}`]),
    ...(about === null ? [] : [`Bead: ${about}${named === undefined ? "" : ` ${named.title} (${named.status})`}`]),
    ...(escalation === null ? [] : [`Escalation: ${escalation}`]),
    `Offered: ${options.join(", ")}`,
    clip(body, maxContextBytes),
  ];
}
