import { agentDone, type DataOf, type Verdict } from "@gastown/contracts";
import { refusalText, type ToolContext } from "./agent-tool.ts";

type Done = DataOf<typeof agentDone>;

/** Refusals after which nothing this start does is wanted any more. */
const overCodes = new Set(["stale", "not_hooked"]);

/** The same hand-in asked twice is one command; one that was refused may be asked anew, because the town may have moved on. */
const refusals = new WeakMap<ToolContext["run"], number>();

function over(verdict: Verdict): boolean {
  return verdict.outcome === "terminal" || (verdict.outcome === "refused" && overCodes.has(verdict.code ?? ""));
}

/**
 * Tells the town the outcome of an agent's work and answers the model with the verdict. Once it was accepted, every later
 * call gets the same answer; when it can never be, the agent is told to stop.
 */
export async function tellDone(
  { run, town, logger }: ToolContext,
  done: Pick<Done, "outcome" | "summary" | "branch" | "head">,
): Promise<string> {
  const { agent, generation, bead } = run.job;
  const data = { ...done, agent, generation, bead: bead.bead };
  const tried = refusals.get(run) ?? 0;
  const sameAs = ["done", agent, generation, done.outcome, (done.head ?? "none").slice(0, 12), tried];
  const verdict = await town.command(agentDone, { agent, data, sameAs });
  logger.info({ outcome: done.outcome, verdict: verdict.outcome, code: verdict.code }, "an agent's work was handed in");
  if (verdict.outcome === "applied") {
    const handedIn = done.outcome !== "failed";
    run.done = { at: new Date(), text: "Accepted. Your work is handed in; stop here.", handedIn };
    return run.done.text;
  }
  refusals.set(run, tried + 1);
  if (over(verdict))
    run.done = {
      at: new Date(),
      text: `${refusalText(verdict)} This work is not yours any more; stop here.`,
      handedIn: false,
    };
  return run.done?.text ?? `${refusalText(verdict)} Do what it says and call gt_done again.`;
}
