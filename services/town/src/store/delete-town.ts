import { purgeOutbox, type Tx } from "@gastown/db";
import { eq, sql } from "@gastown/db/drizzle";
import { agents } from "./schema/agents.ts";
import { beadHistory } from "./schema/bead-history.ts";
import { beads } from "./schema/beads.ts";
import { causes } from "./schema/causes.ts";
import { dependencies } from "./schema/dependencies.ts";
import { formerTowns } from "./schema/former-towns.ts";
import { log, logBase } from "./schema/log.ts";
import { mergeRequests } from "./schema/merge-requests.ts";
import { nudges } from "./schema/nudges.ts";
import { rigs } from "./schema/rigs.ts";
import { towns } from "./schema/towns.ts";

const tables = [agents, beadHistory, beads, causes, dependencies, log, logBase, mergeRequests, nudges, rigs, towns];

/**
 * No row is left of the town, and nothing of it that was not sent yet is; only the number its next bead would have had stays.
 * Verdicts of its commands stay as well: a command that comes again is still not done again.
 */
export async function deleteTown(tx: Tx, { town, nextNumber }: { town: string; nextNumber: number }): Promise<void> {
  for (const table of tables) await tx.delete(table).where(eq(table.town, town));
  await purgeOutbox(tx, town, "all");
  await tx
    .insert(formerTowns)
    .values({ town, nextNumber })
    .onConflictDoUpdate({
      target: formerTowns.town,
      set: { nextNumber: sql`greatest(${formerTowns.nextNumber}, ${nextNumber})` },
    });
}
