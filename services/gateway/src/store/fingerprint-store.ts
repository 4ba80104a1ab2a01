import type { Database } from "@gastown/db";
import { eq, lt } from "@gastown/db/drizzle";
import { fingerprints } from "./schema.ts";

/** Commands are kept for 7 days (nats §4.3); after that a key may be used for something else. */
const keptMs = 7 * 24 * 3_600_000;
const sweepEveryMs = 3_600_000;

export interface FingerprintStore {
  /** Remembers what was asked under this command id, unless something was; answers what was asked first. */
  remember(command: string, fingerprint: string): Promise<string>;
}

/** Fingerprints in the gateway's schema. Old ones are removed now and then by whoever adds one. */
export function createFingerprintStore({ drizzle }: Database): FingerprintStore {
  let sweptAt = 0;
  const sweep = async (now: number): Promise<void> => {
    if (now - sweptAt < sweepEveryMs) return;
    sweptAt = now;
    await drizzle.delete(fingerprints).where(lt(fingerprints.createdAt, new Date(now - keptMs)));
  };
  return {
    async remember(command, fingerprint) {
      await sweep(Date.now());
      await drizzle.insert(fingerprints).values({ command, fingerprint }).onConflictDoNothing();
      const [row] = await drizzle
        .select({ fingerprint: fingerprints.fingerprint })
        .from(fingerprints)
        .where(eq(fingerprints.command, command));
      return row?.fingerprint ?? fingerprint;
    },
  };
}
