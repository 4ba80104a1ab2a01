import { notifyDue, type Tx } from "@gastown/db";
import { eq, ne, sql } from "@gastown/db/drizzle";
import { saveInstallationChange } from "./installation-change.ts";
import { lockInstallation } from "./installations.ts";
import { installations } from "./schema/installations.ts";

/** The installation is looked at after this time, or not before something is heard of it (null). */
export async function postponeInstallation(tx: Tx, id: string, afterMs: number | null): Promise<void> {
  const nextLookAt = afterMs === null ? null : sql`now() + make_interval(secs => ${afterMs / 1_000})`;
  await tx.update(installations).set({ nextLookAt }).where(eq(installations.id, id));
}

/** The App was removed there; its owner is told, once. */
export async function saveRemoved(tx: Tx, id: string): Promise<void> {
  const { row, town } = await lockInstallation(tx, id);
  if (row === null || row.state === "removed") return;
  const next = { ...row, state: "removed" as const, nextLookAt: null };
  await saveInstallationChange(tx, { before: row, next, town, added: [], removed: [] });
}

/** Each installation that was not removed is looked at soon. Answers how many there are. */
export async function markAllInstallationsDue(tx: Tx): Promise<number> {
  const due = await tx
    .update(installations)
    .set({ nextLookAt: sql`now()` })
    .where(ne(installations.state, "removed"))
    .returning({ id: installations.id });
  await notifyDue(tx, "scm_installations_due", "");
  return due.length;
}
