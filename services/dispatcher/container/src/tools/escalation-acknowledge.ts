import { acknowledgeEscalation } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

const { bead, note } = acknowledgeEscalation.data.shape;

/** Takes an escalation: it is seen to. */
export const escalationAcknowledge = defineTool({
  name: "escalation_acknowledge",
  description:
    "Takes an escalation, so that it is not raised again. Only when you have seen to what it asks for; what only people can decide stays for them.",
  input: z.object({
    bead: bead.describe("The escalation's id, such as gt-1a2"),
    note: note.describe("What you did about it"),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(acknowledgeEscalation, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `${args.bead} is taken.` : refusalText(verdict);
  },
});
