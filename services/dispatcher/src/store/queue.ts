import type { Tx } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import type { Time } from "../domain/state.ts";
import { agentObserved } from "./schema/agent-observed.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

/** A town that holds one of the installation's places for containers. */
export interface HeldPlace {
  readonly town: string;
  readonly generation: number;
  readonly state: "starting" | "running" | "stopping";
  /** Agents in it, or on their way in or out. */
  readonly agents: number;
  /** Starts that are wished and not among them. */
  readonly starts: number;
}

/** A town that waits for a place. */
export interface WaitingTown {
  readonly town: string;
  readonly since: Time;
  readonly starts: readonly string[];
}

/** So many of each are read: an answer has a size. */
const most = 200;

const live = sql`state in ('starting', 'running', 'stopping')`;
/** The wishes of the town in `c` whose agents are in no container. */
const unstarted = sql`from ${agentWishes} as wish where wish.town = c.town and not exists (
  select from ${agentObserved} as known where known.town = wish.town and known.agent = wish.agent and known.${live})`;

/** Who holds a place, by town. */
export async function readHeldPlaces(tx: Tx): Promise<HeldPlace[]> {
  const { rows } = await tx.execute<HeldPlace & Record<string, unknown>>(sql`
    select c.town, c.generation, c.state,
      (select count(*)::int from ${agentObserved} as known where known.town = c.town and known.${live}) as agents,
      (select count(*)::int ${unstarted}) as starts
    from ${containers} as c where c.state <> 'stopped' order by c.town limit ${most}`);
  return rows;
}

/** Who waits for a place, the longest waiting first: the order in which places are given. */
export async function readWaitingTowns(tx: Tx): Promise<WaitingTown[]> {
  const { rows } = await tx.execute<{ town: string; since: string; starts: string[] }>(sql`
    select c.town, (extract(epoch from c.waits_since) * 1000)::float8 as since,
      array(select wish.agent ${unstarted} order by wish.wished_at, wish.agent limit ${most}) as starts
    from ${containers} as c where c.waits_since is not null order by c.waits_since, c.town limit ${most}`);
  return rows.map(({ since, ...town }) => ({ ...town, since: Math.round(Number(since)) }));
}
