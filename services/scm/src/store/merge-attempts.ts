import { transaction, type Database } from "@gastown/db";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { SettledAttempt } from "./pull-look.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";

/**
 * The attempt is recorded as started, before the forge is asked. False when there is one on this fingerprint already that
 * may not be made again: at most one merge is tried per fingerprint, unless it is known not to have happened.
 */
export function startAttempt(
  db: Database,
  attempt: { pull: string; fingerprint: string; expectedHead: string },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const rows = await tx
      .insert(mergeAttempts)
      .values({ ...attempt, result: "started", tries: 1 })
      .onConflictDoUpdate({
        target: [mergeAttempts.pull, mergeAttempts.fingerprint],
        set: {
          result: "started",
          tries: sql`${mergeAttempts.tries} + 1`,
          startedAt: sql`now()`,
          endedAt: null,
          message: null,
        },
        setWhere: inArray(mergeAttempts.result, ["not_done", "base_moved"]),
      })
      .returning({ tries: mergeAttempts.tries });
    return rows.length > 0;
  });
}

/** The end of a started attempt is recorded; one that has an end keeps it. */
export async function settleAttempt(
  db: Database,
  pull: string,
  { fingerprint, ...end }: SettledAttempt,
): Promise<void> {
  await db.drizzle
    .update(mergeAttempts)
    .set({ ...end, endedAt: sql`now()` })
    .where(
      and(
        eq(mergeAttempts.pull, pull),
        eq(mergeAttempts.fingerprint, fingerprint),
        eq(mergeAttempts.result, "started"),
      ),
    );
}
