import type { Database, Tx } from "@gastown/db";
import { and, desc, eq, inArray, isNotNull, isNull, lt, ne, or, sql, type SQL } from "@gastown/db/drizzle";
import type { PrState } from "@gastown/contracts";
import type { PullRef, RepoRef } from "../forges/forge.ts";
import { livePullsOf, wakeLoop } from "./mark-due.ts";
import { queriesOf } from "./queries.ts";
import { requiredApprovalsOf } from "./required-approvals.ts";
import { isNumbered, type CheckRow, type NumberedPull, type PullRow, type RepoRow, type ReviewRow } from "./rows.ts";
import { checks } from "./schema/checks.ts";
import { pulls } from "./schema/pulls.ts";
import { repos } from "./schema/repos.ts";
import { reviews } from "./schema/reviews.ts";

/** Which row a reference means. */
export function isPull({ town, rig, number }: PullRef): SQL | undefined {
  return and(eq(pulls.town, town), eq(pulls.rig, rig), eq(pulls.number, number));
}

/** A pull request by its number, or null. */
export async function findPull(dbOrTx: Database | Tx, ref: PullRef): Promise<NumberedPull | null> {
  const [pull] = await queriesOf(dbOrTx).select().from(pulls).where(isPull(ref));
  return pull !== undefined && isNumbered(pull) ? pull : null;
}

/** The newest pull request of a bead, or null. */
export async function findNewestOfBead(
  tx: Tx,
  { town, rig, bead }: RepoRef & { bead: string },
): Promise<PullRow | null> {
  const mine = and(eq(pulls.town, town), eq(pulls.rig, rig), eq(pulls.bead, bead));
  const rows = await tx.select().from(pulls).where(mine).orderBy(desc(pulls.seq)).limit(1);
  return rows[0] ?? null;
}

/** The pull request that merges this branch and has not ended, nor is to be closed; null when there is none. */
export async function findLiveOfHead(tx: Tx, repo: RepoRef, head: string): Promise<PullRow | null> {
  const which = and(livePullsOf(repo), eq(pulls.headBranch, head), isNull(pulls.closeWish));
  const rows = await tx.select().from(pulls).where(which).orderBy(pulls.seq).limit(1);
  return rows[0] ?? null;
}

/** A pull request by its key, or null. */
export async function findPullById(tx: Tx, id: string): Promise<PullRow | null> {
  const rows = await tx.select().from(pulls).where(eq(pulls.id, id));
  return rows[0] ?? null;
}

/** A pull request that is to be opened; it is looked at soon. */
export async function insertPull(tx: Tx, pull: typeof pulls.$inferInsert): Promise<void> {
  await tx.insert(pulls).values({ ...pull, nextLookAt: sql`now()` });
  await wakeLoop(tx, "pulls", pull.id);
}

/** A pull request that its command opens by itself at once; a look comes later, should the service die over it. */
export async function insertProposal(tx: Tx, pull: typeof pulls.$inferInsert): Promise<PullRow> {
  const nextLookAt = sql`now() + interval '60 seconds'`;
  const [row] = await tx
    .insert(pulls)
    .values({ ...pull, nextLookAt })
    .returning();
  if (row === undefined) throw new Error("the database did not return the row it wrote");
  return row;
}

/** A proposal that was not opened is not there any more, unless a bead follows it by now. */
export async function dropProposal(db: Database, id: string): Promise<void> {
  await db.drizzle.delete(pulls).where(and(eq(pulls.id, id), eq(pulls.status, "opening"), isNull(pulls.bead)));
}

/**
 * A wish is stored with the pull request; it is looked at soon. One that waits already does not send the look back that is about
 * to grant it: who asks faster than the forge answers would never be answered.
 */
export async function wishPull(tx: Tx, pull: PullRow, wish: Partial<typeof pulls.$inferInsert>): Promise<void> {
  const waits = isAlready(pull, wish);
  await tx
    .update(pulls)
    .set({ ...wish, ...(!waits && { version: sql`${pulls.version} + 1` }), nextLookAt: sql`now()` })
    .where(eq(pulls.id, pull.id));
  await wakeLoop(tx, "pulls", pull.id);
}

/** Something was changed on the forge: the pull request is read at once. */
export async function readSoon(tx: Tx, pull: PullRow): Promise<void> {
  await tx
    .update(pulls)
    .set({ dirtyAt: sql`now()`, version: sql`${pulls.version} + 1`, nextLookAt: sql`now()` })
    .where(eq(pulls.id, pull.id));
  await wakeLoop(tx, "pulls", pull.id);
}

/** What says who asks and when, and nothing about what is wished. */
const circumstances = new Set(["askedAt", "correlationId", "causationId", "traceparent", "mergeTraceparent"]);

/** All that is wished is there already; a wish of nothing is the sign that something else has come. */
function isAlready(pull: PullRow, wish: Partial<typeof pulls.$inferInsert>): boolean {
  const wanted = Object.entries(wish).filter(([name]) => !circumstances.has(name));
  return wanted.length > 0 && wanted.every(([name, value]) => Reflect.get(pull, name) === value);
}

/** Whether something has come for a pull request, a wish or a signal, that no look has dealt with yet. */
export async function isUnsettled(db: Database, ref: PullRef): Promise<boolean> {
  const live = sql`coalesce(${pulls.state}, 'unknown') not in ('merged', 'closed')`;
  const merging = and(isNotNull(pulls.mergeWish), eq(pulls.state, "ready"));
  const open = or(ne(pulls.version, pulls.lookedVersion), merging);
  const rows = await db.drizzle
    .select({ id: pulls.id })
    .from(pulls)
    .where(and(isPull(ref), live, open));
  return rows.length > 0;
}

/** A pull request with all a view shows. */
export interface PullWithParts {
  readonly pull: NumberedPull;
  readonly repo: RepoRow;
  readonly reviews: ReviewRow[];
  readonly checks: CheckRow[];
  readonly requiredApprovals: number;
}

interface PullPage {
  readonly town: string;
  readonly rig?: string | undefined;
  readonly states?: PrState[] | undefined;
  readonly number?: number;
  /** Older than this place. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Pull requests that have a number, newest first. */
export async function readPulls(tx: Tx, page: PullPage): Promise<PullWithParts[]> {
  const rows = await tx
    .select({ pull: pulls, repo: repos })
    .from(pulls)
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(isOnPage(page))
    .orderBy(desc(pulls.seq))
    .limit(page.limit);
  const ids = rows.map((row) => row.pull.id);
  const given = await tx.select().from(reviews).where(inArray(reviews.pull, ids)).orderBy(reviews.seq);
  const ran = await tx.select().from(checks).where(inArray(checks.pull, ids)).orderBy(checks.startedAt);
  return rows.flatMap(({ pull, repo }): PullWithParts[] => {
    if (!isNumbered(pull)) return [];
    const parts = {
      reviews: given.filter((review) => review.pull === pull.id),
      checks: ran.filter((check) => check.pull === pull.id),
    };
    return [{ pull, repo, ...parts, requiredApprovals: requiredApprovalsOf(pull, repo) }];
  });
}

function isOnPage({ town, rig, states, number, before }: PullPage): SQL | undefined {
  const inState =
    states === undefined || states.length === 0 ? undefined : inArray(sql`coalesce(${pulls.state}, 'unknown')`, states);
  return and(
    eq(pulls.town, town),
    isNotNull(pulls.number),
    rig === undefined ? undefined : eq(pulls.rig, rig),
    number === undefined ? undefined : eq(pulls.number, number),
    before === undefined ? undefined : lt(pulls.seq, before),
    inState,
  );
}

/** How many pull requests are open on each forge. */
export async function countOpenPulls(db: Database): Promise<Map<string, number>> {
  const rows = await db.drizzle
    .select({ forge: repos.forge, open: sql<number>`count(*)::int` })
    .from(pulls)
    .innerJoin(repos, and(eq(repos.town, pulls.town), eq(repos.rig, pulls.rig)))
    .where(eq(pulls.status, "open"))
    .groupBy(repos.forge);
  return new Map(rows.map(({ forge, open }) => [forge, open]));
}
