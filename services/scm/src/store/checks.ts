import { newId } from "@gastown/contracts";
import { lockTown, saveOutbox, transaction, type Database, type OutboxDraft } from "@gastown/db";
import { and, eq, sql } from "@gastown/db/drizzle";
import { markPullsDue, wakeLoop } from "./mark-due.ts";
import { isNumbered, type CheckRow, type NumberedPull, type RepoRow } from "./rows.ts";
import { checks, type CheckRunner } from "./schema/checks.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";

export interface WantedCheck {
  readonly pull: string;
  readonly name: string;
  readonly commit: string;
  readonly command: string;
}

/**
 * The check is there for this commit, and will run: once for each pull request, commit and name, and again when the rig's
 * command is another than the one that ran.
 */
export function wantCheck(db: Database, wanted: WantedCheck): Promise<void> {
  return transaction(db, async (tx) => {
    const queued = { command: wanted.command, state: "queued" as const, nextLookAt: sql`now()` };
    const rows = await tx
      .insert(checks)
      .values({ id: newId(), ...wanted, ...queued })
      .onConflictDoUpdate({
        target: [checks.pull, checks.commit, checks.name],
        set: { ...queued, tries: 0, log: "", startedAt: null, finishedAt: null },
        setWhere: sql`${checks.command} <> ${wanted.command} and ${checks.state} <> 'running'`,
      })
      .returning({ id: checks.id });
    if (rows.length > 0) await wakeLoop(tx, "checks", rows[0]?.id);
  });
}

/** A check, with what it is for. */
export interface CheckWithPull {
  readonly check: CheckRow;
  readonly pull: NumberedPull;
  readonly repo: RepoRow;
}

export async function findCheck(db: Database, id: string): Promise<CheckWithPull | null> {
  const [row] = await db.drizzle
    .select({ check: checks, pull: pulls, repo: repos })
    .from(checks)
    .innerJoin(pulls, eq(checks.pull, pulls.id))
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(eq(checks.id, id));
  if (row === undefined || !isNumbered(row.pull)) return null;
  return { ...row, pull: row.pull };
}

/** The check is recorded as running, before anything of it runs. False when it is not there any more. */
export function beginCheck(db: Database, of: CheckWithPull, outbox: OutboxDraft[]): Promise<boolean> {
  return transaction(db, async (tx) => {
    await lockTown(tx, of.pull.town);
    const begun = await tx
      .update(checks)
      .set({ state: "running", tries: of.check.tries + 1, startedAt: sql`now()`, finishedAt: null, log: "" })
      .where(eq(checks.id, of.check.id))
      .returning({ id: checks.id });
    if (begun.length > 0) await saveOutbox(tx, outbox);
    return begun.length > 0;
  });
}

/** Where the running check leaves its traces is stored. Throws when it is not there any more: then it is to be ended. */
export async function noteRunner(db: Database, id: string, runner: CheckRunner): Promise<void> {
  const noted = await db.drizzle.update(checks).set({ runner }).where(eq(checks.id, id)).returning({ id: checks.id });
  if (noted.length === 0) throw new Error(`the check ${id} is not wanted any more`);
}

/** The check waits to be run, from `afterMs` on. */
export async function requeueCheck(db: Database, id: string, afterMs: number): Promise<void> {
  const nextLookAt = sql`now() + ${afterMs} * interval '1 millisecond'`;
  await db.drizzle.update(checks).set({ state: "queued", runner: null, nextLookAt }).where(eq(checks.id, id));
}

/** The check is not there any more: nobody waits for it, and when it is wanted again it is a new one. */
export async function dropCheck(db: Database, id: string): Promise<void> {
  await db.drizzle.delete(checks).where(eq(checks.id, id));
}

/** An ended check is not looked at again. */
export async function leaveCheck(db: Database, id: string): Promise<void> {
  await db.drizzle.update(checks).set({ nextLookAt: null }).where(eq(checks.id, id));
}

/** How the check ended is stored and told, and its pull request looked at; nothing, when both are forgotten. */
export function endCheck(
  db: Database,
  of: CheckWithPull,
  end: { state: CheckRow["state"]; log: string; outbox: OutboxDraft[] },
): Promise<void> {
  return transaction(db, async (tx) => {
    await lockTown(tx, of.pull.town);
    const ended = await tx
      .update(checks)
      .set({ state: end.state, log: end.log, runner: null, finishedAt: sql`now()`, nextLookAt: null })
      .where(eq(checks.id, of.check.id))
      .returning({ id: checks.id });
    if (ended.length === 0) return;
    await markPullsDue(tx, eq(pulls.id, of.pull.id));
    await saveOutbox(tx, end.outbox);
  });
}
