import { connectBus, provision, type Bus } from "@gastown/bus";
import { createBead } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import type { Client } from "pg";
import { numberFrom } from "./contender.ts";
import { cpuSecondsOf } from "./cpu-seconds.ts";
import { beadCommand, beadId, foundTown, openRig, order } from "./found-town.ts";
import { median, settle } from "./measure.ts";
import { inGround, type Servers } from "./servers.ts";
import { silent } from "./silent.ts";
import { startTown } from "./start-town.ts";

/** What a look at a town costs. */
export interface LookCost {
  readonly live: number;
  readonly closed: number;
  /** The first look, which writes down why each bead waits. */
  readonly firstMs: number;
  /** Later looks, from the wake-up until the commit; the middle one. */
  readonly ms: number;
  /** Processor time of the service for one of these. */
  readonly cpuMs: number;
  readonly queries: number;
}

/** By live and closed beads. The last pair says what closed ones cost beside the first. */
const sizes: readonly (readonly [live: number, closed: number])[] = [
  [10, 0],
  [1_000, 0],
  [10_000, 0],
  [10, 10_000],
];
const looks = 20;

export function measureLooks(servers: Servers, say: (line: string) => void): Promise<LookCost[]> {
  return inGround(servers, async (ground) => {
    const { natsUrl, client } = ground;
    await client.query("create extension pg_stat_statements");
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    const service = await startTown(ground, bus);
    try {
      const costs: LookCost[] = [];
      for (const [live, closed] of sizes) {
        const cost = await costOf({ bus, client, pid: service.pid }, { live, closed });
        say(`look at ${live} live and ${closed} closed beads: ${cost.ms.toFixed(1)} ms`);
        costs.push(cost);
      }
      return costs;
    } finally {
      await service.stop();
      await bus.close();
    }
  });
}

interface Watching {
  readonly bus: Bus;
  readonly client: Client;
  readonly pid: number;
}

async function costOf(
  { bus, client, pid }: Watching,
  { live, closed }: { live: number; closed: number },
): Promise<LookCost> {
  const town = `looked-${live}-${closed}`;
  await foundTown(bus, town);
  await openRig(bus, town);
  // One is worked on, the other waits for the polecat: the pattern of all further ones.
  for (const n of [1, 2]) await order(bus, createBead, { town, data: { ...dataOf(n) } });
  await quiet(client, town);
  await multiply(client, town, { live: live - 2, closed });
  await settle(client);
  const firstMs = await look(client, town);
  await quiet(client, town);
  const cpuBefore = cpuSecondsOf(pid);
  await client.query("select pg_stat_statements_reset()");
  const times: number[] = [];
  for (let n = 0; n < looks; n++) times.push(await look(client, town));
  const queries = await numberFrom(client, serviceQueries);
  const cpuMs = ((cpuSecondsOf(pid) - cpuBefore) * 1_000) / looks;
  return { live, closed, firstMs, ms: median(times), cpuMs, queries: queries / looks };
}

/** What the service asked, without what this process did. */
const serviceQueries = `
  select coalesce(sum(calls), 0) as n from pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database())
    and query not like '%pg_stat_statements%' and query not like '%/* bench */%'`;

function dataOf(n: number) {
  const { data } = beadCommand("nowhere", n);
  return data as { rig: string; title: string };
}

/** Nothing is due: whatever the commands set going has been looked at. */
async function quiet(client: Client, town: string): Promise<void> {
  await eventually(
    async () => {
      const due = await numberFrom(
        client,
        "select count(*) as n from town.towns where town = $1 and next_look_at < now() + interval '20 seconds' /* bench */",
        [town],
      );
      if (due > 0) throw new Error(`${town} is still due`);
    },
    { timeoutMs: 60_000 },
  );
}

/** Copies of the bead that waits, live ones as it is and closed ones. */
async function multiply(
  client: Client,
  town: string,
  { live, closed }: { live: number; closed: number },
): Promise<void> {
  const { rows } = await client.query<{ bead: string; number: string }>(
    "select bead, number from town.beads where town = $1 and type = 'issue' and status = 'open'",
    [town],
  );
  const pattern = rows[0]?.bead;
  const first = await numberFrom(client, "select next_number as n from town.towns where town = $1", [town]);
  const numbers = Array.from({ length: live + closed }, (_, i) => first + i);
  await client.query(
    `insert into town.beads
     select copy.* from town.beads as pattern
     cross join unnest($3::text[], $4::bigint[], $5::text[]) as made (bead, number, status)
     cross join lateral jsonb_populate_record(pattern, jsonb_build_object(
       'bead', made.bead, 'number', made.number, 'status', made.status,
       'closed_at', case made.status when 'closed' then now() end)) as copy
     where pattern.town = $1 and pattern.bead = $2`,
    [town, pattern, numbers.map(beadId), numbers, numbers.map((_, i) => (i < live ? "open" : "closed"))],
  );
  await client.query("update town.towns set next_number = $2 where town = $1", [town, first + live + closed]);
}

/** Milliseconds from the wake-up until the look is committed. */
async function look(client: Client, town: string): Promise<number> {
  const version = await numberFrom(client, "select version as n from town.towns where town = $1 /* bench */", [town]);
  const began = performance.now();
  await client.query("update town.towns set next_look_at = now() where town = $1 /* bench */", [town]);
  await client.query("select pg_notify('town_towns_due', $1) /* bench */", [town]);
  while (
    (await numberFrom(client, "select version as n from town.towns where town = $1 /* bench */", [town])) === version
  ) {
    if (performance.now() - began > 60_000) throw new Error(`${town} was not looked at`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - began;
}
