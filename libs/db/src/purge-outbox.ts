import { sql } from "@gastown/db/drizzle";
import type { Tx } from "./transaction.ts";

/**
 * Commands of a town that were not sent yet and are about one of these beads or agents are never sent: those whose subject or
 * data name it as `bead` or `agent`. With `all`, nothing of the town that was not sent is, events neither. What the relay has
 * in its hands at this moment may still go out. Events about single beads stay, because they tell what was so. The caller
 * holds the town's lock. Answers how many there were.
 */
export async function purgeOutbox(tx: Tx, town: string, about: readonly string[] | "all"): Promise<number> {
  const mine = sql`delete from outbox where town = ${town} and sent_at is null`;
  const { rowCount } = await tx.execute(about === "all" ? mine : sql`${mine} and kind = 'command' and ${names(about)}`);
  return rowCount ?? 0;
}

/** A start of an agent carries its bead as an object. */
function names(ids: readonly string[]) {
  const any = sql`any(${sql.param(ids)}::text[])`;
  const subjects = sql`any(${sql.param(ids.flatMap((id) => [`bead/${id}`, `agent/${id}`]))}::text[])`;
  return sql`(
    body->>'subject' = ${subjects}
    or body->'data'->>'bead' = ${any}
    or body->'data'->>'agent' = ${any}
    or body->'data'->'bead'->>'bead' = ${any}
  )`;
}
