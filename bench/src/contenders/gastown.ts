import { connectBus, newEnvelope, provision, publish, publishRaw, sendCommand, type Bus } from "@gastown/bus";
import { addRig, createBead, createTown, subjectOf, type Command, type Envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import type { Client } from "pg";
import { bodyText, expectNumber, inFlight, numberFrom, townCount, type Contender } from "../contender.ts";
import { silent } from "../silent.ts";
import { startTown } from "../start-town.ts";

const atOnce = 64;
/** One command in so many is published twice, the second time under another message id: only the inbox can know it. */
const duplicateEvery = 50;
const towns = Array.from({ length: townCount }, (_, i) => `town-${i}`);

/** The town service as it is: `bead.create` in 64 towns, with inbox, state, history, log, outbox, and the rules looking. */
export const gastown: Contender = {
  name: "gastown",
  how: "bead.create through the service's own process: inbox, bead, history, log, outbox and event, rules looking; 64 publishes in flight, 2% duplicates",
  async open({ natsUrl, databaseUrl, client }) {
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    const town = await startTown({ natsUrl, databaseUrl }, bus);
    const founding = await foundTowns(bus);
    let made = 0;
    return {
      prepare(count) {
        const envelopes = Array.from({ length: count }, () => beadCommand(made++));
        return () => inFlight(envelopes, atOnce, (envelope) => send(bus, envelope));
      },
      applied: async () => (await numberFrom(client, "select count(*) as n from town.inbox")) - founding,
      verify: (enqueued) => verify(client, { enqueued, founding }),
      async close() {
        await town.stop();
        await bus.close();
      },
    };
  },
};

/** Every town has a rig, which no forge registers: its beads wait. Answers how many commands that took. */
async function foundTowns(bus: Bus): Promise<number> {
  const order = async <C extends Command>(
    command: C,
    town: string,
    data: C["data"]["_zod"]["input"],
  ): Promise<void> => {
    const envelope = newEnvelope(command, { town, data, actor: "user:bench", source: "/bench" });
    const verdict = await sendCommand(bus, command, envelope, { timeoutMs: 20_000 });
    if (verdict.outcome !== "applied") throw new Error(`${command.type} was ${verdict.outcome}: ${verdict.message}`);
  };
  await inFlight(towns, 16, async (town) => {
    await order(createTown, town, { name: town });
    await order(addRig, town, { rig: "web", prefix: "gt", source: "/nowhere/web" });
  });
  return towns.length * 2;
}

function beadCommand(n: number): Envelope {
  const data = { rig: "web", title: `Do thing number ${n}`, body: bodyText };
  return newEnvelope(createBead, { town: `town-${n % townCount}`, data, actor: "user:bench", source: "/bench" });
}

let sent = 0;
async function send(bus: Bus, envelope: Envelope): Promise<void> {
  await publish(bus, createBead, envelope);
  if (sent++ % duplicateEvery !== 0) return;
  const subject = subjectOf(createBead, envelope.townid);
  await publishRaw(bus, { subject, body: JSON.stringify(envelope), id: `again-${envelope.id}` });
}

/** Every command has one effect of each kind: bead, verdict, history, log, event that was published. */
async function verify(client: Client, { enqueued, founding }: { enqueued: number; founding: number }): Promise<void> {
  const count = (query: string): Promise<number> => numberFrom(client, `select count(*) as n from town.${query}`);
  expectNumber("beads", await count("beads where type = 'issue'"), enqueued);
  expectNumber("numbers of beads", await count("beads where type = 'issue' and number > 0"), enqueued);
  expectNumber("verdicts", await count("inbox where outcome = 'applied'"), enqueued + founding);
  expectNumber("history", await count("bead_history where type = 'bead.created'"), enqueued);
  expectNumber("log", await count("log where type = 'town.bead.create'"), enqueued);
  const created = "outbox where kind = 'event' and subject like '%.bead.created'";
  expectNumber("events", await count(created), enqueued);
  await eventually(async () => expectNumber("events that wait", await count("outbox where sent_at is null"), 0), {
    timeoutMs: 60_000,
  });
}
