import { transaction, type Database, type Tx } from "@gastown/db";
import { and, eq, gt, inArray, ne, or, sql } from "@gastown/db/drizzle";
import type { SettledAttempt } from "./pull-look.ts";
import type { PullRow, RepoRow } from "./rows.ts";
import { mergeAttempts } from "./schema/merge-attempts.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";

export interface AttemptWish {
  readonly pull: PullRow;
  readonly repo: RepoRow;
  readonly fingerprint: string;
  readonly expectedHead: string;
  /** Nothing else may be merged into the base at the same time, nor so long before. 0: anything may. */
  readonly pauseMs: number;
}

/** `tried`: there is an attempt on this fingerprint that may not be made again. `busy`: something else is merged into the base. */
export type AttemptStart = "started" | "tried" | "busy";

/**
 * The attempt is recorded as started, before the forge is asked: at most one merge is tried per fingerprint, unless it is known
 * not to have happened, and one at a time into a base.
 */
export function startAttempt(db: Database, wish: AttemptWish): Promise<AttemptStart> {
  return transaction(db, async (tx) => {
    if (wish.pauseMs > 0 && (await isBaseBusy(tx, wish))) return "busy";
    const rows = await tx
      .insert(mergeAttempts)
      .values({
        pull: wish.pull.id,
        fingerprint: wish.fingerprint,
        expectedHead: wish.expectedHead,
        result: "started",
        tries: 1,
      })
      .onConflictDoUpdate({
        target: [mergeAttempts.pull, mergeAttempts.fingerprint],
        set: {
          result: "started",
          tries: sql`${mergeAttempts.tries} + 1`,
          startedAt: sql`now()`,
          endedAt: null,
          message: null,
        },
        setWhere: inArray(mergeAttempts.result, ["not_done", "base_moved", "delegated"]),
      })
      .returning({ tries: mergeAttempts.tries });
    return rows.length > 0 ? "started" : "tried";
  });
}

/** Other merges into the base that run, or have just been made; asked under the base's own lock. */
async function isBaseBusy(tx: Tx, { pull, repo, pauseMs }: AttemptWish): Promise<boolean> {
  const base = `merge ${repo.forge} ${repo.remoteId ?? repo.id} ${pull.baseBranch}`;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${base}, 0))`);
  const same = repo.remoteId === null ? eq(repos.id, repo.id) : eq(repos.remoteId, repo.remoteId);
  const running = and(
    eq(mergeAttempts.result, "started"),
    gt(mergeAttempts.startedAt, sql`now() - interval '30 seconds'`),
  );
  const made = and(
    eq(mergeAttempts.result, "merged"),
    gt(mergeAttempts.endedAt, sql`now() - ${pauseMs} * interval '1 millisecond'`),
  );
  const others = await tx
    .select({ pull: mergeAttempts.pull })
    .from(mergeAttempts)
    .innerJoin(pulls, eq(pulls.id, mergeAttempts.pull))
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(
      and(
        eq(repos.forge, repo.forge),
        same,
        eq(pulls.baseBranch, pull.baseBranch),
        ne(pulls.id, pull.id),
        or(running, made),
      ),
    )
    .limit(1);
  return others.length > 0;
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
    .where(started(pull, fingerprint));
}

/** The forge did not even look at it: it was no attempt (scm §1.7). */
export async function takeBackAttempt(db: Database, pull: string, fingerprint: string): Promise<void> {
  await db.drizzle
    .update(mergeAttempts)
    .set({ result: "not_done", tries: sql`${mergeAttempts.tries} - 1`, endedAt: sql`now()` })
    .where(started(pull, fingerprint));
}

/** What the forge was told to merge by itself it was told not to. */
export async function endDelegations(db: Database, pull: string): Promise<void> {
  await db.drizzle
    .update(mergeAttempts)
    .set({ result: "not_done" })
    .where(and(eq(mergeAttempts.pull, pull), eq(mergeAttempts.result, "delegated")));
}

function started(pull: string, fingerprint: string) {
  return and(
    eq(mergeAttempts.pull, pull),
    eq(mergeAttempts.fingerprint, fingerprint),
    eq(mergeAttempts.result, "started"),
  );
}
