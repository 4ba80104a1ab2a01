import type { Tx } from "@gastown/db";
import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Bead } from "../domain/bead.ts";
import type { Cause } from "../domain/explain.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { inOrder, refersTo } from "../domain/visible.ts";
import { agentOf } from "./agent-rows.ts";
import { causeOf } from "./cause-rows.ts";
import { findBeads, loadBeads } from "./load-beads.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { causes } from "./schema/causes.ts";
import { log } from "./schema/log.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";
import { rigOf, townOf } from "./town-rows.ts";

/** A snapshot, and what the rules said when they looked last. */
export interface Loaded {
  readonly snapshot: Snapshot;
  readonly causes: readonly Cause[];
  /** The last entry of the town's log that it is as of. */
  readonly asOf: number;
}

/**
 * All that rules may see of a town, as of one moment; null when there is no such town. `tx` shows one moment: it is repeatable
 * read, or holds the town's lock.
 */
export async function loadSnapshot(tx: Tx, town: string, listeningSince: number): Promise<Loaded | null> {
  const [row] = await tx.select().from(towns).where(eq(towns.town, town));
  if (row === undefined) return null;
  const work = await loadWork(tx, town);
  const crew = (await tx.select().from(agents).where(eq(agents.town, town))).map(agentOf);
  const hooks = crew.flatMap(({ hook }) => (hook === null ? [] : [hook]));
  const referred = await loadReferred(tx, town, { work, hooks });
  const rigRows = await tx.select().from(rigs).where(eq(rigs.town, town));
  const pending = and(eq(nudges.town, town), eq(nudges.state, "pending"));
  const nudgeRows = await tx.select().from(nudges).where(pending);
  const causeRows = await tx.select().from(causes).where(eq(causes.town, town));
  const snapshot = inOrder({
    town: townOf(row),
    rigs: new Map(rigRows.map((rig) => [rig.rig, rigOf(rig)])),
    beads: new Map([...work, ...referred].map((bead) => [bead.bead, bead])),
    agents: new Map(crew.map((agent) => [agent.agent, agent])),
    nudges: new Map(nudgeRows.map((nudge) => [nudge.nudge, nudgeOf(nudge)])),
    listeningSince,
  });
  return { snapshot, asOf: await lastEntry(tx, town), causes: causeRows.map(causeOf) };
}

/**
 * Whatever has not ended but mail that was announced to an agent with a bead and escalations that were taken, and merge requests that have ended while
 * their pull request has not.
 */
async function loadWork(tx: Tx, town: string): Promise<Bead[]> {
  const announced = sql`${beads.type} = 'message' and ${beads.announced} and exists (
    select from town.agents a where a.town = ${beads.town} and a.agent = ${beads.assignee} and a.hook is not null)`;
  const live = sql`${beads.type} <> 'agent' and not (${announced}) and ${beads.status} not in ('closed', 'failed')`;
  const abandoned = and(
    isNull(mergeRequests.adopts),
    isNotNull(mergeRequests.pullState),
    sql`${mergeRequests.pullState} not in ('closed', 'merged')`,
  );
  return [
    ...(await findBeads(tx, town, { condition: live })),
    ...(await findBeads(tx, town, { condition: and(sql`${beads.status} in ('closed', 'failed')`, abandoned) })),
  ];
}

/** What those wait for or belong to, and what agents are hooked to, as far as it was not loaded with them. */
async function loadReferred(tx: Tx, town: string, { work, hooks }: { work: Bead[]; hooks: string[] }): Promise<Bead[]> {
  const known = new Set(work.map(({ bead }) => bead));
  const named = work.flatMap((bead) => {
    return refersTo(bead);
  });
  return loadBeads(
    tx,
    town,
    [...named, ...hooks].filter((id) => !known.has(id)),
  );
}

/** The number of the last entry in the town's log, 0 when there is none. */
async function lastEntry(tx: Tx, town: string): Promise<number> {
  const [row] = await tx.select({ id: log.id }).from(log).where(eq(log.town, town)).orderBy(desc(log.id)).limit(1);
  return row?.id ?? 0;
}
