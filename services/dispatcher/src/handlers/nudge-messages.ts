import { reportNudge } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Cause } from "../domain/state.ts";

/** The contract's limit. */
const maxReason = 500;

/** What became of a nudge, told to the town: `reason` says why it failed, null that the agent was given it. */
export function nudgeReport(
  town: string,
  { nudge, agent, cause }: { nudge: string; agent: string; cause: Cause },
  reason: string | null,
): OutboxDraft {
  return {
    descriptor: reportNudge,
    town,
    data: { nudge, agent, state: reason === null ? "delivered" : "failed", reason: (reason ?? "").slice(0, maxReason) },
    actor: "service:dispatcher",
    subject: `agent/${agent}`,
    causationId: cause.command,
    correlationId: cause.correlation,
    ...(cause.traceparent === null ? {} : { traceparent: cause.traceparent }),
  };
}
