import type { Schema } from "@gastown/client";
import { oneLine } from "./table.ts";

type Look = Schema<"Look">;

function decisionText({ rule, decision, about, changes, commands }: Look["decisions"][number]): string[] {
  const does = changes.map(({ type }) => type);
  return [
    `  ${rule}: ${[decision, ...about].join(" ")}`,
    ...(does.length === 0 ? [] : [`    changes ${does.join(", ")}`]),
    ...(commands.length === 0 ? [] : [`    sends   ${commands.join(", ")}`]),
  ];
}

/** What the rules decide and what they leave alone, each with its reason. */
export function lookText({ at, decisions, waiting, settled, nextLookAt, dryRun }: Look): string {
  const head = dryRun ? "would be decided" : "decided";
  return [
    decisions.length === 0 ? `At ${at} nothing is to be decided.` : `At ${at} ${head}:`,
    ...decisions.flatMap(decisionText),
    ...(waiting.length === 0 ? [] : ["Waiting:"]),
    ...waiting.map(
      ({ bead, rule, says, movesWhen }) =>
        `  ${bead}  ${rule}: ${oneLine(says)}${movesWhen === "" ? "" : `; moves when ${oneLine(movesWhen)}`}`,
    ),
    ...(settled ? [] : ["The rules do not settle: this is a fault, and the town's log says more."]),
    nextLookAt === null ? "Nothing is due." : `The town looks again at ${nextLookAt}.`,
  ].join("\n");
}
