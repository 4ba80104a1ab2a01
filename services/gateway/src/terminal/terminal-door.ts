import { terminalLimits } from "@gastown/contracts";
import type { GatewayContext } from "../context.ts";
import { hashOf } from "../identify.ts";
import { protocolValue, queryOf, type Door } from "../live/door.ts";
import { Problem } from "../problem.ts";
import { assertOrigin } from "./assert-origin.ts";
import { terminalQuery } from "./terminal-query.ts";

const maxSockets = 500;
/** Each byte of input may be an escape of six characters, and something stands around it. */
const maxMessageBytes = 6 * terminalLimits.inputBytes + 1_024;

/** An agent's terminal: for who brings a ticket for it, from no page but our own. */
export function terminalDoor(context: GatewayContext): Door {
  return {
    route: "/v1/towns/{town}/agents/{agent}/terminal",
    path: /^\/v1\/towns\/([^/]+)\/agents\/([^/]+)\/terminal$/,
    maxMessageBytes,
    async admit(request, url, [town = "", agent = ""]) {
      assertOrigin(request, context.config.publicUrl);
      const query = queryOf(url, terminalQuery);
      if (context.terminals.size >= maxSockets)
        throw new Problem("too_many_sockets", { detail: `This gateway serves ${maxSockets} terminals already.` });
      const secret = protocolValue(request, "gastown.ticket.");
      if (secret === null) throw new Problem("ticket_refused", { detail: "The request has no ticket." });
      const use = { hash: hashOf(secret), town, agent, now: new Date() };
      const ticket = await context.terminalTickets.use(use);
      if (ticket === null || !(await context.stands(ticket.token)))
        throw new Problem("ticket_refused", {
          detail: "The ticket is not known here, was used already, is over, or is for another agent.",
        });
      return (socket) => context.terminals.open(socket, { ...ticket, query });
    },
  };
}
