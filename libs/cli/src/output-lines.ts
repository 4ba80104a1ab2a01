import { answered, type Schema } from "@gastown/client";
import type { CliContext } from "./context.ts";
import { plainText } from "./table.ts";

export type OutputLine = Schema<"OutputLine">;

/** A line of an agent's output as people read it. */
export function lineText({ at, kind, text }: OutputLine): string {
  const clock = at.slice(11, 19);
  return kind === "text" ? `${clock} ${plainText(text)}` : `${clock} [${kind}] ${plainText(text)}`;
}

/** The last lines of an agent's output, oldest first. */
export async function lastLines(cli: CliContext, agent: string, last: number) {
  const path = { town: await cli.town(), agent };
  return answered(cli.http.GET("/v1/towns/{town}/agents/{agent}/output", { params: { path, query: { last } } }));
}

/** What a line is known by: it may come by the stream and by a read. */
export function lineKey({ at, generation, kind, text }: OutputLine): string {
  return `${at} ${generation} ${kind} ${text.length} ${text.slice(0, 80)}`;
}
