import type { DataOf, agentDone } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { MergeRequest } from "./bead.ts";
import type { Change } from "./change.ts";
import { restAgent } from "./endings.ts";
import { applied, type Decided } from "./input.ts";

type Done = DataOf<typeof agentDone>;

/** The merge request carries the refinery's verdict on the head it read, or is unread when that is not the head any more. */
export function finishReview(
  agent: Agent,
  bead: MergeRequest,
  data: Done & { outcome: "approved" | "changes_requested" },
): Decided {
  const { request } = bead;
  const read = data.head ?? request.reviewHead;
  const current = request.pull?.head ?? request.head;
  const completed: Change =
    read === current
      ? {
          type: "review.completed",
          bead: bead.bead,
          source: request.source,
          agent: agent.agent,
          verdict: data.outcome,
          head: read,
          summary: data.summary,
        }
      : { type: "review.withdrawn", bead: bead.bead, reason: `${read} was read, but the head is ${current} now` };
  return applied([completed, ...letGo(agent, bead, "it has read it")], { bead: bead.bead });
}

/** The merge request is unread: the refinery says that it cannot read it. The dispatch counts as an attempt. */
export function failReview(agent: Agent, bead: MergeRequest, data: Done): Decided {
  const reason =
    data.summary === "" ? "the refinery could not read it" : `the refinery could not read it: ${data.summary}`;
  return applied([{ type: "review.withdrawn", bead: bead.bead, reason }, ...letGo(agent, bead, reason)], {
    bead: bead.bead,
  });
}

function letGo(agent: Agent, bead: MergeRequest, reason: string): Change[] {
  return [
    { type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "open", reason },
    ...restAgent(agent, bead.bead, reason),
  ];
}
