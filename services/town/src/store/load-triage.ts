import { together } from "@gastown/db";
import { and, eq, sql } from "@gastown/db/drizzle";
import type { Agent } from "../domain/agent.ts";
import type { Bead } from "../domain/bead.ts";
import { findBeads } from "./load-beads.ts";
import { beads } from "./schema/beads.ts";
import type { TownReads } from "./town-reads.ts";

/** A triage request with the beads and agents an answer to it may change. */
interface AboutTriage {
  readonly beads: readonly Bead[];
  readonly agents: readonly Agent[];
}

/** All that an answer to a triage request may change, and the batches whose agents may give it; nothing without one. */
export async function loadTriage(reads: TownReads, town: string, id: string | undefined): Promise<AboutTriage> {
  const [request] = id === undefined ? [] : await reads.beads(town, [id]);
  if (request?.type !== "issue" || request.triage === null) {
    return { beads: request === undefined ? [] : [request], agents: [] };
  }
  const { about, agent, escalation } = request.triage;
  const live = and(eq(beads.kind, "triage-batch"), sql`${beads.status} not in ('closed', 'failed')`);
  const [named, requests, batches] = await together([
    reads.beads(town, present([about, escalation])),
    reads.requestsOf(town, present([about])),
    reads.alone((tx) => findBeads(tx, town, { condition: live })),
  ]);
  const agents = await reads.agents(town, present([agent, ...named.map(({ assignee }) => assignee)]));
  return { beads: [request, ...named, ...requests, ...batches], agents };
}

function present(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
