import type { Database } from "@gastown/db";
import { and, asc, eq, gt, isNull } from "@gastown/db/drizzle";
import type { Identity } from "../identity.ts";
import { tokens } from "./schema.ts";

export type TokenRow = typeof tokens.$inferSelect;
type NewTokenRow = typeof tokens.$inferInsert;

export interface TokenStore {
  /** Who a live token stands for; null when there is none of this hash. */
  find(hash: string): Promise<Identity | null>;
  add(row: NewTokenRow): Promise<TokenRow>;
  get(id: string): Promise<TokenRow | null>;
  /** By id, revoked ones too; `town` null: those of the whole installation and of every town. */
  list(page: { town: string | null; after?: string | undefined; limit: number }): Promise<TokenRow[]>;
  /** The token is revoked from now on; one that was before stays as it was. */
  revoke(id: string): Promise<void>;
  /** Every token of the town is revoked; answers the ids of those that were not before. */
  revokeTown(town: string): Promise<string[]>;
}

/** Tokens in the gateway's schema. */
export function createTokenStore({ drizzle }: Database): TokenStore {
  return {
    async find(hash) {
      const [row] = await drizzle
        .select({ id: tokens.id, name: tokens.name, scope: tokens.scope, town: tokens.town })
        .from(tokens)
        .where(and(eq(tokens.hash, hash), isNull(tokens.revokedAt)));
      return row ?? null;
    },
    async add(row) {
      const [added] = await drizzle.insert(tokens).values(row).returning();
      if (added === undefined) throw new Error("the database did not return the row it inserted");
      return added;
    },
    async get(id) {
      const [row] = await drizzle.select().from(tokens).where(eq(tokens.id, id));
      return row ?? null;
    },
    async list({ town, after, limit }) {
      return drizzle
        .select()
        .from(tokens)
        .where(
          and(
            town === null ? undefined : eq(tokens.town, town),
            after === undefined ? undefined : gt(tokens.id, after),
          ),
        )
        .orderBy(asc(tokens.id))
        .limit(limit);
    },
    async revoke(id) {
      await drizzle
        .update(tokens)
        .set({ revokedAt: new Date() })
        .where(and(eq(tokens.id, id), isNull(tokens.revokedAt)));
    },
    async revokeTown(town) {
      const rows = await drizzle
        .update(tokens)
        .set({ revokedAt: new Date() })
        .where(and(eq(tokens.town, town), isNull(tokens.revokedAt)))
        .returning({ id: tokens.id });
      return rows.map(({ id }) => id);
    },
  };
}
