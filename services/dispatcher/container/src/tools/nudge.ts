import { beadId, nudgeMode, sendNudge } from "@gastown/contracts";
import { z } from "zod";
import { defineTool, refusalText } from "./agent-tool.ts";

/** Says something to another agent while it works. */
export const nudge = defineTool({
  name: "nudge",
  description:
    "Says something to another agent while it works. For what can wait until it looks, use gt_mail_send instead.",
  input: z.object({
    agent: beadId.describe("The agent's id, such as gt-1a2"),
    message: z.string().min(1).max(10_000),
    mode: nudgeMode
      .default("wait-idle")
      .describe("immediate: at once; wait-idle: when its turn ends; queue: whenever it next works"),
  }),
  async call({ agent: to, message, mode }, { run, town }) {
    const { agent } = run.job;
    const verdict = await town.command(sendNudge, { agent, data: { agent: to, message, mode } });
    return verdict.outcome === "applied" ? "It will be said." : refusalText(verdict);
  },
});
