import { workerOf } from "@gastown/contracts";
import { z } from "zod";
import { defineTool } from "./agent-tool.ts";
import { tellDone } from "./tell-done.ts";

/** Ends a refinery's review with its judgement of the commit it was given. */
export const refineryDone = defineTool({
  name: "done",
  description:
    "Ends your review with your judgement. approved: it may be merged. changes_requested: it goes back to its author with your summary as the list of what to do.",
  input: z.object({
    outcome: z.enum(["approved", "changes_requested", "failed"]).describe('"failed" when no review could be made'),
    summary: z.string().min(1).max(20_000).describe("Why; for changes_requested each point with file and line"),
  }),
  call({ outcome, summary }, context) {
    const { run } = context;
    if (run.done !== null) return Promise.resolve(run.done.text);
    const { branch, review } = workerOf(run.job);
    return tellDone(context, { outcome, summary, branch, ...(review !== null && { head: review.head }) });
  },
});
