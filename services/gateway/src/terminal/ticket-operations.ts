import { getAgent, terminalId, terminalMode, terminalProgram } from "@gastown/contracts";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { agentPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import { demand, hashOf } from "../identify.ts";
import { actorOf } from "../identity.ts";
import { operation, type Operation } from "../operation.ts";
import { terminalTicket } from "./terminal-frames.ts";

/** A ticket is used right after it was given; a slow network and a busy machine need no more. */
const ticketMs = 30_000;

const wanted = z.strictObject({
  mode: terminalMode.describe("`write` types and sees, and needs scope **write**; `watch` sees"),
  program: terminalProgram
    .default("shell")
    .describe("What a new terminal runs: a shell where the agent works, or the agent's own interface in its session"),
  session: terminalId
    .nullable()
    .default(null)
    .describe("A terminal that is open. Null: who writes gets a new one, who watches the newest there is"),
});

export const ticketOperations: Operation[] = [
  operation({
    id: "createTerminalTicket",
    method: "post",
    path: "/v1/towns/{town}/agents/{agent}/terminal/tickets",
    tag: "Agents",
    summary: "A ticket that opens a terminal of an agent once, within 30 seconds",
    description:
      "It is bound to the agent, the mode and your token: when that is revoked, the ticket and what it opened are over. See `openTerminal`.",
    scope: "read",
    params: agentPath,
    body: wanted,
    status: 201,
    reply: terminalTicket,
    async handle({ params: { town, agent }, body }, { identity, signal }, context) {
      demand(identity, { scope: body.mode === "write" ? "write" : "read", town });
      await askOwner(context, getAgent, { town, data: { agent }, signal });
      const secret = randomBytes(32).toString("base64url");
      const expiresAt = new Date(Date.now() + ticketMs);
      await context.terminalTickets.add({
        ...body,
        town,
        agent,
        hash: hashOf(secret),
        token: identity.id,
        actor: actorOf(identity),
        expiresAt,
      });
      const path = `/v1/towns/${town}/agents/${agent}/terminal`;
      return { seq: null, data: { ticket: secret, path, expiresAt: expiresAt.toISOString() } };
    },
  }),
];
