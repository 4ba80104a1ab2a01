import { beadId, sendMail } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Writes to another agent of the town. */
export const mailSend = defineTool({
  name: "mail_send",
  description: "Sends a message to another agent of the town. It is read when that agent looks into its mail.",
  input: z.object({
    to: beadId.describe("The agent's id"),
    subject: z.string().min(1).max(200),
    body: z.string().max(20_000).default(""),
  }),
  async call(args, { run, town }) {
    const verdict = await town.command(sendMail, { agent: run.job.agent, data: args });
    return verdict.outcome === "applied" ? `Sent to ${args.to}.` : refusalText(verdict);
  },
});
