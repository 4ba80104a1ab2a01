import { connectBus, newEnvelope, provision, publish, type Bus } from "@gastown/bus";
import { reportHeartbeat, updateBead, type Command, type Envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import type { Client } from "pg";
import { expectNumber, inFlight, numberFrom } from "./contender.ts";
import { beadCommand, foundTown, openRig, publishCommand } from "./found-town.ts";
import { createBead } from "@gastown/contracts";
import { settle, timed } from "./measure.ts";
import { inGround, type Servers } from "./servers.ts";
import { silent } from "./silent.ts";
import { startTown } from "./start-town.ts";

const atOnce = 64;
const warmUp = 500;
const towns = Array.from({ length: 64 }, (_, i) => `town-${i}`);

/** Commands per second of the town service by their kind. */
export interface KindRates {
  readonly update: number;
  readonly heartbeat: number;
}

/** What agents and people send most, besides new beads: changes of a bead, and heartbeats of an agent, which move no rule. */
export function measureKinds(servers: Servers, commands: number): Promise<KindRates> {
  return inGround(servers, async (ground) => {
    const { natsUrl, client } = ground;
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    const service = await startTown(ground, bus);
    try {
      const crews = await putToWork(bus, client);
      const update = await rateOf(bus, client, { command: updateBead, commands, make: (n) => updateOf(crews, n) });
      const heartbeat = await rateOf(bus, client, {
        command: reportHeartbeat,
        commands,
        make: (n) => heartbeatOf(crews, n),
      });
      return { update, heartbeat };
    } finally {
      await service.stop();
      await bus.close();
    }
  });
}

interface Crew {
  readonly town: string;
  readonly agent: string;
  readonly generation: number;
  readonly bead: string;
}

/** Every town has an agent that was sent to work on a bead. */
async function putToWork(bus: Bus, client: Client): Promise<Crew[]> {
  await inFlight(towns, 16, async (town) => {
    await foundTown(bus, town);
    await openRig(bus, town);
    await publishCommand(bus, createBead, beadCommand(town, 0));
  });
  return eventually(
    async () => {
      const { rows } = await client.query<Crew>(
        "select town, agent, generation, hook as bead from town.agents where status = 'working'",
      );
      expectNumber("towns at work", rows.length, towns.length);
      return rows;
    },
    { timeoutMs: 60_000 },
  );
}

function updateOf(crews: readonly Crew[], n: number): Envelope {
  const { town, bead } = crews[n % crews.length] ?? { town: "", bead: "" };
  return newEnvelope(updateBead, {
    town,
    data: { bead, title: `Now number ${n}` },
    actor: "user:bench",
    source: "/bench",
  });
}

function heartbeatOf(crews: readonly Crew[], n: number): Envelope {
  const { town, agent, generation } = crews[n % crews.length] ?? { town: "", agent: "", generation: 0 };
  const at = new Date().toISOString();
  const data = { agents: [{ agent, generation, aliveAt: at, activeAt: at, tokens: n, microUsd: n, busy: false }] };
  return newEnvelope(reportHeartbeat, { town, data, actor: "service:dispatcher", source: "/bench" });
}

async function rateOf(
  bus: Bus,
  client: Client,
  { command, commands, make }: { command: Command; commands: number; make: (n: number) => Envelope },
): Promise<number> {
  const before = await numberFrom(client, "select count(*) as n from town.inbox");
  let made = 0;
  const opened = {
    prepare(count: number) {
      const envelopes = Array.from({ length: count }, () => make(made++));
      return () => inFlight(envelopes, atOnce, (envelope) => publish(bus, command, envelope));
    },
    applied: async () =>
      (await numberFrom(client, "select count(*) as n from town.inbox where outcome = 'applied'")) - before,
  };
  await timed(opened, { count: warmUp, before: 0 });
  await settle(client);
  return commands / (await timed(opened, { count: commands, before: warmUp }));
}
