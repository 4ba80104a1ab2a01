import {
  beadId,
  listNudges,
  nudgeId,
  nudgeState,
  pageOf,
  sendNudge,
  type NudgeView,
  type Verdict,
} from "@gastown/contracts";
import { z } from "zod";
import { nudge } from "../api/named-schemas.ts";
import { pageQuery, several, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { commandOperation } from "../commands/command-operation.ts";
import type { GatewayContext } from "../context.ts";
import { operation, type Operation, type Reply } from "../operation.ts";
import { Problem } from "../problem.ts";

const tag = "Nudges";
const path = "/v1/towns/{town}/nudges";
const nudgeResult = z.object({ nudge: nudgeId });

/** The nudge that was made, found in the list of its agent's: it is among the newest. */
async function readNudge(
  asked: { town: string; agent: string },
  verdict: Verdict,
  context: GatewayContext,
): Promise<Reply<NudgeView>> {
  const { nudge: made } = nudgeResult.parse(verdict.result);
  for (let after: string | undefined; ;) {
    const data = { agent: asked.agent, limit: 100, after };
    const { seq, data: found } = await askOwner(context, listNudges, { town: asked.town, data });
    const view = found.items.find((item) => item.nudge === made);
    if (view !== undefined) return { seq, data: view };
    if (found.next === null)
      throw new Problem("nudge_not_found", { detail: `Nudge ${made} was sent, and is gone with its agent by now.` });
    after = found.next;
  }
}

export const nudgeOperations: Operation[] = [
  operation({
    id: "listNudges",
    method: "get",
    path,
    tag,
    summary: "What was or is to be said to agents, newest first",
    description: "`deliveredAt` is the receipt; `reason` says why one failed or expired.",
    scope: "read",
    params: townPath,
    query: pageQuery.extend({
      agent: beadId.optional(),
      state: several(nudgeState).optional().describe("One or several, separated by commas"),
    }),
    reply: pageOf(nudge),
    handle: ({ params, query }, { signal }, context) =>
      askOwner(context, listNudges, { town: params.town, data: query, signal }),
  }),
  commandOperation({
    id: "sendNudge",
    method: "post",
    path,
    tag,
    summary: "Say something to an agent",
    description:
      "`immediate`: at once. `wait-idle`: when its turn ends. `queue`: when it next works, if that is within `ttlMs`. Each is said once.",
    params: townPath,
    body: sendNudge.data.strict(),
    descriptor: sendNudge,
    town: ({ params }) => params.town,
    subject: ({ body }) => `agent/${body.agent}`,
    data: ({ body }) => body,
    status: 201,
    reply: nudge,
    read: ({ params, body }, verdict, context) => readNudge({ town: params.town, agent: body.agent }, verdict, context),
    location: ({ params, body }) => `/v1/towns/${params.town}/nudges?agent=${body.agent}`,
  }),
];
