import type { Schema } from "@gastown/client";
import { oneLine } from "./table.ts";

/** Why a bead is where it is, in sentences; `waits`: what its agent's start waits for, empty when it runs. Pure. */
export function explanationText(
  { bead, status, summary, reasons, movesWhen, nextLookAt, lastCause }: Schema<"Explanation">,
  waits: string,
): string {
  return [
    `${bead} is ${status}. ${oneLine(summary)}`,
    ...(waits === "" ? [] : [`  its agent does not run yet: it ${waits}`]),
    ...reasons.map(({ rule, says, since }) => `  ${rule}: ${oneLine(says)} (since ${since})`),
    ...(movesWhen.length === 0 ? [] : ["It moves when:", ...movesWhen.map((what) => `  ${oneLine(what)}`)]),
    nextLookAt === null
      ? "No time is set: the town looks again when something happens to it."
      : `The town looks again at ${nextLookAt}, or when something happens to it.`,
    ...(lastCause === null
      ? []
      : [`Last: ${lastCause.type} at ${lastCause.at} by ${lastCause.actor} (${lastCause.cause}).`]),
  ].join("\n");
}
