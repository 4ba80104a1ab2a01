import type { Database } from "@gastown/db";
import { and, eq, gt, isNull, lt, type SQL } from "@gastown/db/drizzle";
import { installVisits } from "./schema.ts";

export type InstallVisit = Omit<typeof installVisits.$inferSelect, "usedAt">;

/** Used and expired ones are kept this long, so that a late replay is known as one. */
const keptMs = 24 * 3_600_000;

export interface InstallVisitStore {
  add(visit: InstallVisit): Promise<void>;
  /** One that is neither used nor over at this moment; null when there is none. */
  find(nonceHash: string, now: Date): Promise<InstallVisit | null>;
  /** The visit is used up from now on. Null when there is none, or it was used or is over: of two callers one gets it. */
  use(nonceHash: string, now: Date): Promise<InstallVisit | null>;
}

/** Visits in the gateway's schema. Old ones are removed by whoever adds one. */
export function createInstallVisitStore({ drizzle }: Database): InstallVisitStore {
  return {
    async add(visit) {
      await drizzle.delete(installVisits).where(lt(installVisits.expiresAt, new Date(Date.now() - keptMs)));
      await drizzle.insert(installVisits).values(visit);
    },
    async find(nonceHash, now) {
      const [row] = await drizzle.select().from(installVisits).where(isOpen(nonceHash, now));
      return row ?? null;
    },
    async use(nonceHash, now) {
      const [row] = await drizzle.update(installVisits).set({ usedAt: now }).where(isOpen(nonceHash, now)).returning();
      return row ?? null;
    },
  };
}

function isOpen(nonceHash: string, now: Date): SQL | undefined {
  return and(eq(installVisits.nonceHash, nonceHash), isNull(installVisits.usedAt), gt(installVisits.expiresAt, now));
}
