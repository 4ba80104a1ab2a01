import { agentCheckpoint } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const longestNote = 50_000;

/** Keeps a note with the work item, for whoever works on it next. */
export const checkpoint = defineTool({
  name: "checkpoint",
  description:
    "Keeps a note with your work item. If you are interrupted, whoever goes on gets the newest one: what is done, what is left, what to know.",
  input: z.object({ data: z.record(z.string(), z.unknown()).describe("Any JSON object") }),
  async call({ data }, { run, town }) {
    if (JSON.stringify(data).length > longestNote)
      return `The note is too long. Keep it under ${longestNote} characters.`;
    const { agent, generation } = run.job;
    const verdict = await town.command(agentCheckpoint, {
      agent,
      data: { agent, generation, data },
    });
    return verdict.outcome === "applied" ? "Kept." : refusalText(verdict);
  },
});
