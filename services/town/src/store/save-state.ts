import { together, type Tx } from "@gastown/db";
import { and, eq, inArray, or } from "@gastown/db/drizzle";
import type { Bead } from "../domain/bead.ts";
import type { TownState } from "../domain/state.ts";
import { agentRow } from "./agent-rows.ts";
import { beadRow, requestRow } from "./bead-rows.ts";
import { deleteGone } from "./delete-gone.ts";
import { nudgeRow } from "./nudge-rows.ts";
import { agents } from "./schema/agents.ts";
import { beads } from "./schema/beads.ts";
import { dependencies } from "./schema/dependencies.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";
import { rigRow } from "./town-rows.ts";
import { addRows, putRows, saveRows } from "./write-rows.ts";

/** A town as it was loaded, and as it is now. */
export interface Evolved {
  readonly before: TownState | null;
  readonly after: TownState;
}

/**
 * The rows of rigs, beads, agents and nudges are those of `after`, if each one that changed is still as it was loaded; else
 * nothing is kept and a `ConflictError` is thrown. One statement for each table, whatever the number of towns; the towns' own
 * rows are `saveTowns`'.
 */
export async function saveStates(tx: Tx, evolved: readonly Evolved[]): Promise<void> {
  const written = evolved.map(({ before, after }) => ({
    town: after.town.town,
    rigs: changed(before?.rigs, after.rigs),
    beads: changed(before?.beads, after.beads),
    agents: changed(before?.agents, after.agents),
    nudges: changed(before?.nudges, after.nudges),
    before,
  }));
  const rigRows = written.flatMap(({ town, rigs: of }) => of.map((rig) => rigRow(town, saved(rig))));
  const beadRows = written.flatMap(({ town, beads: of }) => of.map((bead) => beadRow(town, saved(bead))));
  const agentRows = written.flatMap(({ town, agents: of }) => of.map((agent) => agentRow(town, saved(agent))));
  const nudgeRows = written.flatMap(({ town, nudges: of }) => of.map((nudge) => nudgeRow(town, saved(nudge))));
  const requestRows = written.flatMap(({ town, beads: of }) =>
    of.flatMap((bead) => (bead.type === "merge_request" ? [requestRow(town, bead)] : [])),
  );
  const waits = written.flatMap(({ town, before, beads: of }) =>
    of.flatMap((bead) => waitsOf(town, bead, before) ?? []),
  );
  await together([
    saveRows(tx, rigs, { rows: rigRows }),
    saveRows(tx, beads, { rows: beadRows }),
    saveRows(tx, agents, { rows: agentRows }),
    saveRows(tx, nudges, { rows: nudgeRows }),
    putRows(tx, mergeRequests, requestRows),
    saveDependencies(tx, waits),
  ]);
  for (const { before, after } of evolved) if (before !== null) await deleteGone(tx, before, after);
}

/** State is never changed in place, so what is the same object is unchanged. */
function changed<T>(before: ReadonlyMap<string, T> | undefined, after: ReadonlyMap<string, T>): T[] {
  return Array.from(after).flatMap(([id, thing]) => (before?.get(id) === thing ? [] : [thing]));
}

/** As it is in its table after this save. */
function saved<T extends { readonly version: number }>(thing: T): T {
  return { ...thing, version: thing.version + 1 };
}

/** What an issue waited for, and waits for now. */
interface Waits {
  readonly town: string;
  readonly bead: string;
  readonly old: readonly string[];
  readonly now: readonly string[];
}

function waitsOf(town: string, bead: Bead, before: TownState | null): Waits | null {
  if (bead.type !== "issue") return null;
  const known = before?.beads.get(bead.bead);
  const old = known?.type === "issue" ? known.dependsOn : [];
  const { dependsOn: now } = bead;
  return old === now || (old.length === 0 && now.length === 0) ? null : { town, bead: bead.bead, old, now };
}

async function saveDependencies(tx: Tx, waits: readonly Waits[]): Promise<void> {
  const former = waits
    .filter(({ old }) => old.length > 0)
    .map(({ town, bead, old }) =>
      and(eq(dependencies.town, town), eq(dependencies.bead, bead), inArray(dependencies.dependsOn, [...old])),
    );
  if (former.length > 0) await tx.delete(dependencies).where(or(...former));
  const rows = waits.flatMap(({ town, bead, now }) =>
    now.map((dependsOn, position) => ({ town, bead, dependsOn, position })),
  );
  await addRows(tx, dependencies, rows);
}
