import type { HookProvider } from "@gastown/contracts";
import { notifyDue, transaction, type Database } from "@gastown/db";
import { and, eq, isNotNull, ne, sql } from "@gastown/db/drizzle";
import { hookRecoveries } from "./schema/deliveries.ts";
import { repos } from "./schema/repos.ts";

const channel = "scm_hook_recoveries_due";

/** What these forges delivered is looked through now, and of no other one. */
export async function startRecoveries(db: Database, providers: readonly HookProvider[]): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.update(hookRecoveries).set({ nextLookAt: null });
    for (const provider of providers) {
      const now = { nextLookAt: sql`now()` };
      await tx
        .insert(hookRecoveries)
        .values({ provider, ...now })
        .onConflictDoUpdate({ target: hookRecoveries.provider, set: now });
      await notifyDue(tx, channel, provider);
    }
  });
}

/** Until when everything a forge sent is known to have come; null when it was never looked. */
export async function readGoodUntil(db: Database, provider: HookProvider): Promise<Date | null> {
  const [row] = await db.drizzle.select().from(hookRecoveries).where(eq(hookRecoveries.provider, provider));
  return row?.goodUntil ?? null;
}

/** The next look comes after so many milliseconds; with `goodUntil`, the present one found everything. */
export async function saveRecovery(
  db: Database,
  provider: HookProvider,
  { goodUntil, nextInMs }: { goodUntil?: Date; nextInMs: number },
): Promise<void> {
  await db.drizzle
    .update(hookRecoveries)
    .set({
      nextLookAt: sql`now() + ${nextInMs} * interval '1 millisecond'`,
      ...(goodUntil === undefined ? {} : { goodUntil }),
    })
    .where(eq(hookRecoveries.provider, provider));
}

/** The forge's ids of the repositories that are rigs of ours there, each once. */
export async function trackedRemotes(db: Database, forge: HookProvider): Promise<string[]> {
  const rows = await db.drizzle
    .selectDistinct({ id: repos.remoteId })
    .from(repos)
    .where(and(eq(repos.forge, forge), ne(repos.state, "forgotten"), isNotNull(repos.remoteId)));
  return rows.flatMap(({ id }) => (id === null ? [] : [id]));
}
