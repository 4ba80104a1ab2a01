import type { Database } from "@gastown/db";
import { and, eq, gt, lte } from "@gastown/db/drizzle";
import { terminalTickets } from "./schema.ts";

export type TerminalTicket = typeof terminalTickets.$inferSelect;

/** What somebody who holds a ticket wants to open with it, and when. */
interface TicketUse {
  hash: string;
  town: string;
  agent: string;
  now: Date;
}

export interface TerminalTicketStore {
  /** Tickets that are over are removed by the way. */
  add(ticket: TerminalTicket): Promise<void>;
  /** The ticket is used up from now on: of two callers, at two gateways too, one gets it. Null: there is none for this agent, or it is over. */
  use(use: TicketUse): Promise<TerminalTicket | null>;
}

/** Tickets in the gateway's schema, which all replicas share. */
export function createTerminalTicketStore({ drizzle }: Database): TerminalTicketStore {
  return {
    async add(ticket) {
      await drizzle.delete(terminalTickets).where(lte(terminalTickets.expiresAt, new Date()));
      await drizzle.insert(terminalTickets).values(ticket);
    },
    async use({ hash, town, agent, now }) {
      const [row] = await drizzle
        .delete(terminalTickets)
        .where(
          and(
            eq(terminalTickets.hash, hash),
            eq(terminalTickets.town, town),
            eq(terminalTickets.agent, agent),
            gt(terminalTickets.expiresAt, now),
          ),
        )
        .returning();
      return row ?? null;
    },
  };
}
