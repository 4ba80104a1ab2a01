import { z } from "zod";
import { workplaceOf } from "../agents/workplace-of.ts";
import { runTask } from "../users/run-task.ts";
import { handInTask } from "../users/tasks.ts";
import { defineTool } from "./agent-tool.ts";
import { tellDone } from "./tell-done.ts";

/** Hands in a polecat's work: checks that all is committed, pushes the branch, tells the town. */
export const polecatDone = defineTool({
  name: "done",
  description:
    "Ends your work: pushes your branch and hands it in for review. Commit everything first. The only way to hand in; it tells you when something is missing.",
  input: z.object({
    summary: z
      .string()
      .max(20_000)
      .describe("What you changed and how you know that it works; or why it cannot be done"),
    outcome: z.enum(["completed", "failed"]).default("completed").describe('"failed" when the work cannot be done'),
  }),
  async call({ summary, outcome }, context) {
    const { run, git } = context;
    if (run.done !== null) return run.done.text;
    const workplace = workplaceOf(run.job);
    if (outcome === "failed" || workplace === null) return tellDone(context, { outcome, summary });
    const { branch, base } = workplace;
    const { cwd, env, timeoutMs } = git;
    const handedIn = await runTask(git, handInTask, { git: { cwd, env, timeoutMs }, work: { branch, base } });
    if ("todo" in handedIn) return `Not handed in yet. ${handedIn.todo}`;
    return tellDone(context, { outcome, summary, branch, head: handedIn.head });
  },
});
