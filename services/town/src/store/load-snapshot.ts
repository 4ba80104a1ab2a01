import type { Tx } from "@gastown/db";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Bead } from "../domain/bead.ts";
import type { Cause } from "../domain/explain.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { agentOf } from "./agent-rows.ts";
import { causeOf } from "./cause-rows.ts";
import { findBeads, loadBeads } from "./load-beads.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { causes } from "./schema/causes.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";
import { rigOf, townOf } from "./town-rows.ts";

/** A snapshot, and what the rules said when they looked last. */
export interface Loaded {
  readonly snapshot: Snapshot;
  readonly causes: readonly Cause[];
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
  const causeRows = await tx.select().from(causes).where(eq(causes.town, town));
  const snapshot = {
    town: townOf(row),
    rigs: new Map(rigRows.map((rig) => [rig.rig, rigOf(rig)])),
    beads: new Map([...work, ...referred].map((bead) => [bead.bead, bead])),
    agents: new Map(crew.map((agent) => [agent.agent, agent])),
    listeningSince,
  };
  return { snapshot, causes: causeRows.map(causeOf) };
}

/** Work that has not ended, and merge requests that have while their pull request has not. */
async function loadWork(tx: Tx, town: string): Promise<Bead[]> {
  const live = sql`${beads.type} in ('issue', 'merge_request') and ${beads.status} not in ('closed', 'failed')`;
  const abandoned = and(
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
    if (bead.type === "issue") return bead.dependsOn;
    return bead.type === "merge_request" ? [bead.request.source] : [];
  });
  return loadBeads(
    tx,
    town,
    [...named, ...hooks].filter((id) => !known.has(id)),
  );
}
