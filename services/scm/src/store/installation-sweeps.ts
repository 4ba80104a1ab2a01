import { notifyDue, transaction, type Database, type Tx } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { installationSweeps } from "./schema/installations.ts";

const sweep = "github";

/** All installations are read from GitHub soon. */
export async function wakeSweep(tx: Tx): Promise<void> {
  const nextLookAt = sql`now()`;
  await tx
    .insert(installationSweeps)
    .values({ id: sweep, nextLookAt })
    .onConflictDoUpdate({ target: installationSweeps.id, set: { nextLookAt } });
  await notifyDue(tx, "scm_installation_sweeps_due", sweep);
}

/** There is a sweep; one that is there keeps its time. */
export async function ensureSweep(db: Database): Promise<void> {
  await db.drizzle
    .insert(installationSweeps)
    .values({ id: sweep, nextLookAt: sql`now()` })
    .onConflictDoNothing();
}

/** The next sweep comes after this many hours. Written before the slow work, so that a wake-up meanwhile is not lost. */
export async function postponeSweep(db: Database, hours: number): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.update(installationSweeps).set({ nextLookAt: sql`now() + make_interval(hours => ${hours})` });
  });
}
