import type { Tx } from "@gastown/db";
import { eq, lt, sql } from "@gastown/db/drizzle";
import { installationRequests } from "./schema/installations.ts";

export type RequestRow = typeof installationRequests.$inferSelect;

/** Nobody is waited for longer than this, in days. */
const keptDays = 30;

/** The person waits for an owner of their organization. False when they waited before: that request stays as it was. */
export async function addRequest(tx: Tx, request: Omit<RequestRow, "createdAt">): Promise<boolean> {
  await tx
    .delete(installationRequests)
    .where(lt(installationRequests.createdAt, sql`now() - make_interval(days => ${keptDays})`));
  const added = await tx
    .insert(installationRequests)
    .values(request)
    .onConflictDoNothing()
    .returning({ requester: installationRequests.requester });
  return added.length > 0;
}

/** What this person had asked for; they wait no longer. Null when they had not asked. */
export async function takeRequest(tx: Tx, requester: string): Promise<RequestRow | null> {
  const [taken] = await tx
    .delete(installationRequests)
    .where(eq(installationRequests.requester, requester))
    .returning();
  return taken ?? null;
}
