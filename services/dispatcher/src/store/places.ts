import { notifyDue, type Tx } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import type { Places } from "../domain/seen.ts";
import { dueChannel } from "./due.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

/** How the installation's places are taken, as the town sees it. */
export async function readPlaces(tx: Tx, town: string): Promise<Places> {
  const { rows } = await tx.execute<Record<keyof Places, number>>(sql`
    with mine as (select waits_since from ${containers} where town = ${town})
    select
      count(*) filter (where state <> 'stopped')::int as taken,
      count(*) filter (where state = 'stopping')::int as stopping,
      count(*) filter (where waits_since is not null and town <> ${town})::int as waiting,
      count(*) filter (where waits_since is not null and town <> ${town}
        and coalesce((waits_since, town) < ((select waits_since from mine), ${town}), true))::int as ahead
    from ${containers} where state <> 'stopped' or waits_since is not null`);
  const [row] = rows;
  if (row === undefined) throw new Error("the database did not count the containers");
  return row;
}

/** The same, and until the transaction ends nobody else takes a place or gives one up. To be taken before any row is written. */
export async function lockPlaces(tx: Tx, town: string): Promise<Places> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('places ' || current_schema(), 0))`);
  return readPlaces(tx, town);
}

/** Towns whose turn may have come are looked at: of those that wait, as many as there are free places, the longest waiting first. */
export async function wakeWaiting(tx: Tx, maxContainers: number): Promise<void> {
  await tx.execute(sql`
    update ${containers} set next_look_at = now() where town in (
      select town from ${containers} where waits_since is not null order by waits_since, town
      limit greatest(0, ${maxContainers} - (select count(*) from ${containers} where state <> 'stopped'))
      for update
    )`);
  await notifyDue(tx, dueChannel, "");
}

/** Towns that hold a place and wish for nothing are looked at: one of them may give its place up. */
export async function wakeIdle(tx: Tx): Promise<void> {
  await tx.execute(sql`
    update ${containers} set next_look_at = now() where town in (
      select town from ${containers} where state = 'running'
        and not exists (select from ${agentWishes} as wish where wish.town = ${containers}.town)
      order by town for update
    )`);
  await notifyDue(tx, dueChannel, "");
}
