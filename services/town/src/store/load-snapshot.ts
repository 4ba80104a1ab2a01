import { defineStatement, run, type Tx } from "@gastown/db";
import { and, eq, sql } from "@gastown/db/drizzle";
import type { Bead } from "../domain/bead.ts";
import type { Cause } from "../domain/explain.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { inOrder, refersTo } from "../domain/visible.ts";
import { agentOf } from "./agent-rows.ts";
import { causeOf } from "./cause-rows.ts";
import { fromJsonBeads, jsonBeads, loadBeads, type JsonBead } from "./load-beads.ts";
import { nudgeOf } from "./nudge-rows.ts";
import { fromJsonRows, jsonRows, type JsonRow } from "./read-rows.ts";
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
 * read, or holds the town's lock. One query, and another when something is referred to that is not watched itself.
 */
export async function loadSnapshot(tx: Tx, town: string, listeningSince: number): Promise<Loaded | null> {
  const [found] = await run<Parts>(tx, selectSnapshot, { town });
  const [row] = fromJsonRows(towns, found?.town ?? []);
  if (found === undefined || row === undefined) return null;
  const work = fromJsonBeads([...found.live, ...found.abandoned]).map(({ bead }) => bead);
  const crew = fromJsonRows(agents, found.agents).map(agentOf);
  const hooks = crew.flatMap(({ hook }) => hook ?? []);
  const referred = await loadReferred(tx, town, { work, hooks });
  const snapshot = inOrder({
    town: townOf(row),
    rigs: new Map(fromJsonRows(rigs, found.rigs).map((rig) => [rig.rig, rigOf(rig)])),
    beads: new Map([...work, ...referred].map((bead) => [bead.bead, bead])),
    agents: new Map(crew.map((agent) => [agent.agent, agent])),
    nudges: new Map(fromJsonRows(nudges, found.nudges).map((nudge) => [nudge.nudge, nudgeOf(nudge)])),
    listeningSince,
  });
  return { snapshot, asOf: found.asOf, causes: fromJsonRows(causes, found.causes).map(causeOf) };
}

interface Parts {
  readonly town: readonly JsonRow[];
  readonly live: readonly JsonBead[];
  readonly abandoned: readonly JsonBead[];
  readonly agents: readonly JsonRow[];
  readonly rigs: readonly JsonRow[];
  readonly nudges: readonly JsonRow[];
  readonly causes: readonly JsonRow[];
  readonly asOf: number;
}

const named = sql.placeholder("town");

/** Whatever has not ended but mail that was announced to an agent with a bead. What has ended is not in its index. */
const live = and(
  eq(beads.town, named),
  sql`${beads.type} <> 'agent' and ${beads.status} not in ('closed', 'failed')`,
  sql`not (${beads.type} = 'message' and ${beads.announced} and exists (
    select from town.agents a where a.town = ${beads.town} and a.agent = ${beads.assignee} and a.hook is not null
  ))`,
);

/** Merge requests that have ended while their pull request has not. */
const abandoned = and(
  eq(mergeRequests.town, named),
  sql`${mergeRequests.pullState} not in ('closed', 'merged') and ${mergeRequests.adopts} is null`,
  sql`${beads.status} in ('closed', 'failed')`,
);

const selectSnapshot = defineStatement(sql`
  select
    ${jsonRows(towns, eq(towns.town, named))} as town,
    ${jsonBeads({ condition: live })} as live,
    ${jsonBeads({ condition: abandoned })} as abandoned,
    ${jsonRows(agents, eq(agents.town, named))} as agents,
    ${jsonRows(rigs, eq(rigs.town, named))} as rigs,
    ${jsonRows(nudges, and(eq(nudges.town, named), sql`${nudges.state} = 'pending'`))} as nudges,
    ${jsonRows(causes, eq(causes.town, named))} as causes,
    (select coalesce(max(${log.id}), 0)::float8 from ${log} where ${log.town} = ${named}) as "asOf"`);

/** What those wait for or belong to, and what agents are hooked to, as far as it was not loaded with them. */
function loadReferred(tx: Tx, town: string, { work, hooks }: { work: Bead[]; hooks: string[] }): Promise<Bead[]> {
  const known = new Set(work.map(({ bead }) => bead));
  const ids = [...work.flatMap(refersTo), ...hooks];
  return loadBeads(
    tx,
    town,
    ids.filter((id) => !known.has(id)),
  );
}
