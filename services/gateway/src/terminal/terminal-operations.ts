import { askTerminal, QueryError } from "@gastown/bus";
import {
  anyTerminal,
  getAgent,
  listContainers,
  pageOf,
  terminalClosed,
  terminalId,
  terminalView,
  type TerminalView,
} from "@gastown/contracts";
import { z } from "zod";
import { named } from "../api/name-schema.ts";
import { agentPath, pageQuery, townPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { assertTown } from "../assert-town.ts";
import type { GatewayContext } from "../context.ts";
import { actorOf, type Identity } from "../identity.ts";
import { operation, type Operation } from "../operation.ts";
import { Problem } from "../problem.ts";
import { recordTerminal } from "./record-terminal.ts";

const tag = "Agents";
const terminal = named(
  "Terminal",
  terminalView.extend({ mine: z.boolean().describe("You opened it: a token of your name") }),
  "An open terminal of an agent. `session` is what you join, watch or close; `writers` and `watchers` are those who look at it now.",
);
const terminals = pageOf(terminal);
type Terminals = z.output<typeof terminals>;

/** The open terminals of an agent, or of all agents of a town. None are where no container runs. */
async function readTerminals(
  context: GatewayContext,
  { town, agent, signal }: { town: string; agent: string; signal: AbortSignal },
): Promise<TerminalView[]> {
  try {
    const answer = await askTerminal(context.bus, { town, agent, session: anyTerminal }, "list", {});
    return answer.terminals;
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== "unavailable") throw error;
    const { data } = await askOwner(context, listContainers, { town, data: {}, signal });
    if (data.containers.every(({ state }) => state !== "running")) return [];
    throw new Problem("service_unavailable", { detail: "The town's container does not answer.", cause: error });
  }
}

/** Where a terminal stands in the list: the oldest first. */
function placeOf({ openedAt, session }: TerminalView): string {
  return `${openedAt}_${session}`;
}

/** A page of what there is; pure. */
export function pageOfTerminals(
  open: readonly TerminalView[],
  { limit, after = "" }: { limit: number; after?: string | undefined },
  identity: Identity,
): Terminals {
  const rest = open
    .map((one) => ({ ...one, mine: one.openedBy === actorOf(identity) }))
    .filter((one) => placeOf(one) > after)
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? placeOf(last) : null };
}

export const terminalOperations: Operation[] = [
  operation({
    id: "listTownTerminals",
    method: "get",
    path: "/v1/towns/{town}/terminals",
    tag,
    summary: "The open terminals of a town's agents, the oldest first",
    scope: "read",
    params: townPath,
    query: pageQuery,
    reply: terminals,
    async handle({ params: { town }, query }, { identity, signal }, context) {
      await assertTown(context, town, signal);
      const open = await readTerminals(context, { town, agent: anyTerminal, signal });
      return { seq: null, data: pageOfTerminals(open, query, identity) };
    },
  }),
  operation({
    id: "listTerminals",
    method: "get",
    path: "/v1/towns/{town}/agents/{agent}/terminals",
    tag,
    summary: "The open terminals of an agent, the oldest first",
    scope: "read",
    params: agentPath,
    query: pageQuery,
    reply: terminals,
    async handle({ params: { town, agent }, query }, { identity, signal }, context) {
      await askOwner(context, getAgent, { town, data: { agent }, signal });
      const open = await readTerminals(context, { town, agent, signal });
      return { seq: null, data: pageOfTerminals(open, query, identity) };
    },
  }),
  operation({
    id: "closeTerminal",
    method: "delete",
    path: "/v1/towns/{town}/agents/{agent}/terminals/{session}",
    tag,
    summary: "End a terminal, and what runs in it, for all who look at it",
    description:
      "The answer is the terminal as it was last. Whoever may write in the town may end any of its terminals; the log says who did.",
    scope: "write",
    params: agentPath.extend({ session: terminalId.describe("The terminal's id") }),
    reply: terminal,
    async handle({ params: { town, agent, session } }, { identity, signal }, context) {
      const open = await readTerminals(context, { town, agent, signal });
      const [found] = pageOfTerminals(
        open.filter((one) => one.session === session),
        { limit: 1 },
        identity,
      ).items;
      if (found === undefined)
        throw new Problem("terminal_not_found", {
          detail: `${agent} has no open terminal ${session}.`,
          errors: [{ field: "session", reason: "is not an open terminal of this agent" }],
        });
      const actor = actorOf(identity);
      const address = { town, agent, session };
      await recordTerminal({ bus: context.bus, address, actor, event: terminalClosed, data: { session } });
      // Not known any more: it ended meanwhile, which is what was wanted.
      await askTerminal(context.bus, address, "end", { actor });
      return { seq: null, data: found };
    },
  }),
];
