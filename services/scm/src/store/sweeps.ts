import { lockTown, transaction, type Database, type Tx } from "@gastown/db";
import { and, asc, eq, isNotNull, lte, sql, type SQL } from "@gastown/db/drizzle";
import type { Reading, RepoRef } from "../forges/forge.ts";
import { repoId } from "./ids.ts";
import { wakeLoop } from "./mark-due.ts";
import { isNumbered, type NumberedPull, type RepoRow } from "./rows.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { sweeps } from "./schema/sweeps.ts";
import { saveReading } from "./snapshots.ts";

/** A forge answers for so many pull requests at once (scm §8). */
const mostAtOnce = 25;
/** What is due so soon is read with what is due now. */
const together = sql`interval '30 seconds'`;
/** A reading of the sweep is judged within milliseconds, which then says when the next one is due. */
const untilJudged = sql`interval '60 seconds'`;

/** The pull requests of one repository that are to be read now. */
export interface Sweep {
  readonly repo: RepoRow;
  readonly pulls: readonly NumberedPull[];
  /** The database's clock, before anything is read. */
  readonly beganAt: Date;
}

/** The repository is swept no later than at this time. Null: no time is known. */
export async function wakeSweepBy(tx: Tx, repo: RepoRef, at: Date | null): Promise<void> {
  if (at === null) return;
  const id = repoId(repo);
  const rows = await tx
    .insert(sweeps)
    .values({ id, nextLookAt: at })
    .onConflictDoUpdate({
      target: sweeps.id,
      set: { nextLookAt: at },
      setWhere: sql`${sweeps.nextLookAt} is null or ${sweeps.nextLookAt} > ${at.toISOString()}::timestamptz`,
    })
    .returning({ id: sweeps.id });
  if (rows.length > 0) await wakeLoop(tx, "sweeps", id);
}

/** Open pull requests of a repository that are read from time to time. */
function watched({ town, rig }: RepoRef): SQL | undefined {
  const ofRepo = and(eq(pulls.town, town), eq(pulls.rig, rig));
  return and(ofRepo, eq(pulls.status, "open"), isNotNull(pulls.number), isNotNull(pulls.nextReadAt));
}

/** What is to be read now; null when the repository is not there, or cannot be used. */
export async function loadSweep(db: Database, id: string): Promise<Sweep | null> {
  const [found] = await db.drizzle
    .select({ repo: repos, beganAt: sql<Date>`now()`.mapWith(repos.createdAt) })
    .from(repos)
    .where(and(eq(repos.id, id), eq(repos.state, "ready")));
  if (found === undefined) return null;
  const due = await db.drizzle
    .select()
    .from(pulls)
    .where(and(watched(found.repo), lte(pulls.nextReadAt, sql`now() + ${together}`)))
    .orderBy(asc(pulls.nextReadAt))
    .limit(mostAtOnce);
  return { ...found, pulls: due.filter(isNumbered) };
}

/** The readings are stored, and each pull request is judged by its own look at once; the next sweep is when the next one is due. */
export function endSweep(db: Database, sweep: Sweep, readings: readonly Reading[]): Promise<void> {
  return transaction(db, async (tx) => {
    const { beganAt: readAt, repo } = sweep;
    await lockTown(tx, repo.town);
    for (const pull of sweep.pulls) {
      const reading = readings.find(({ number }) => number === pull.number);
      const snapshot = reading !== undefined && "snapshot" in reading ? reading.snapshot : null;
      if (snapshot !== null) await saveReading(tx, pull.id, { snapshot, readAt });
      // As a signal that this reading answers: a look that runs right now has not seen it. One that could not be read with the others
      // is read by itself, which finds out why.
      const heardAt =
        snapshot === null ? sql`now()` : sql`${readAt.toISOString()}::timestamptz - interval '1 millisecond'`;
      await tx
        .update(pulls)
        .set({
          dirtyAt: sql`coalesce(${pulls.dirtyAt}, ${heardAt})`,
          nextReadAt: sql`now() + ${untilJudged}`,
          nextLookAt: sql`now()`,
        })
        .where(eq(pulls.id, pull.id));
    }
    await wakeLoop(tx, "pulls");
    await planSweep(tx, repo);
  });
}

/** The next sweep is when the next pull request of the repository is due to be read. */
async function planSweep(tx: Tx, repo: RepoRow): Promise<void> {
  const next = tx
    .select({ at: sql`min(${pulls.nextReadAt})` })
    .from(pulls)
    .where(watched(repo));
  await tx
    .update(sweeps)
    .set({ nextLookAt: sql`(${next})` })
    .where(eq(sweeps.id, repo.id));
}

/** The repository is swept after so many milliseconds; null: when something wakes it. */
export async function postponeSweep(db: Database, id: string, inMs: number | null): Promise<void> {
  const nextLookAt = inMs === null ? null : sql`now() + ${inMs} * interval '1 millisecond'`;
  await db.drizzle.update(sweeps).set({ nextLookAt }).where(eq(sweeps.id, id));
}

/** All open pull requests of a repository (with `which` those) are read soon, one after the other within `overMs`. */
export async function readAllOf(
  tx: Tx,
  repo: RepoRef,
  { overMs, which }: { overMs: number; which?: SQL },
): Promise<void> {
  const places = tx
    .select({
      id: pulls.id,
      place: sql<number>`(row_number() over (order by ${pulls.seq}) - 1)::float8 / count(*) over ()`.as("place"),
    })
    .from(pulls)
    .where(
      and(eq(pulls.town, repo.town), eq(pulls.rig, repo.rig), eq(pulls.status, "open"), isNotNull(pulls.number), which),
    )
    .as("places");
  const at = sql`now() + ${places.place} * ${overMs}::float8 * interval '1 millisecond'`;
  const rows = await tx
    .update(pulls)
    .set({ nextReadAt: sql`least(${pulls.nextReadAt}, ${at})` })
    .from(places)
    .where(eq(pulls.id, places.id))
    .returning({ at: pulls.nextReadAt });
  const times = rows.flatMap((row) => (row.at === null ? [] : [row.at]));
  const [first] = times.toSorted((a, b) => a.getTime() - b.getTime());
  await wakeSweepBy(tx, repo, first ?? null);
}
