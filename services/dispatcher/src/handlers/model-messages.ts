import { reportModel } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Cause } from "../domain/state.ts";

/** What the town is told of a wish for a model. */
interface ModelOutcome {
  agent: string;
  generation: number;
  /** Null: the installation's. */
  wished: string | null;
  /** What its next turn has; null when nobody knows. */
  model: string | null;
  /** Why the wish did not come true; null when it did. */
  failure: string | null;
}

/** What became of a wish for a model, told to the town as a consequence of who told us, or of the wish. */
export function modelReport(
  town: string,
  outcome: ModelOutcome,
  { command, correlation, traceparent }: Cause,
): OutboxDraft {
  return {
    descriptor: reportModel,
    town,
    data: outcome,
    actor: "service:dispatcher",
    subject: `agent/${outcome.agent}`,
    causationId: command,
    correlationId: correlation,
    ...(traceparent === null ? {} : { traceparent }),
  };
}
