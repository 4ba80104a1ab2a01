import { z } from "zod";
import { defineTool } from "./agent-tool.ts";

/** Tells an agent who it is, what it works on, what was left for it and how much mail waits. */
export const prime = defineTool({
  name: "prime",
  description:
    "Shows who you are, your work item, feedback and notes left for it, how much mail waits and the live work items of your rig. Call it when you have lost the thread.",
  input: z.object({}),
  async call(_args, { run, town }) {
    const { branch, base, rig } = run.job;
    const { agent, hook, checkpoint, feedback, unreadMail, beads } = await town.prime(run.job.agent);
    const item = (bead: NonNullable<typeof hook>) => ({ bead: bead.bead, status: bead.status, title: bead.title });
    return JSON.stringify(
      {
        you: { agent: agent.agent, name: agent.name, role: agent.role, rig: agent.rig },
        branch,
        base,
        check: rig?.check ?? null,
        workItem: hook === null ? null : { ...item(hook), body: hook.body },
        feedback,
        checkpoint,
        unreadMail,
        beads: beads.map(item),
      },
      null,
      2,
    );
  },
});
