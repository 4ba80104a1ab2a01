import { connectBus, provision, publishRaw, type Bus } from "@gastown/bus";
import { createBead, subjectOf, type Envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import type { Client } from "pg";
import { expectNumber, inFlight, numberFrom, townCount, type Contender } from "../contender.ts";
import { beadCommand, foundTown, publishCommand } from "../found-town.ts";
import { silent } from "../silent.ts";
import { startTown } from "../start-town.ts";

const atOnce = 64;
/** One command in so many is published twice, the second time under another message id: only the inbox can know it. */
const duplicateEvery = 50;
const towns = Array.from({ length: townCount }, (_, i) => `town-${i}`);

/** The town service as it is: `bead.create` in 64 towns, with inbox, state, history, log, outbox, and the rules looking. */
export const gastown: Contender = {
  name: "gastown",
  how: "bead.create through the service's own process: inbox, bead, history, log, outbox and event, rules looking; 64 publishes in flight, 2 % duplicates on top",
  async open({ natsUrl, databaseUrl, client }) {
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    const service = await startTown({ natsUrl, databaseUrl }, bus);
    await inFlight(towns, 16, (town) => foundTown(bus, town));
    const founding = await numberFrom(client, "select count(*) as n from town.inbox");
    let made = 0;
    return {
      prepare(count) {
        const envelopes = Array.from({ length: count }, () => beadCommand(`town-${made % townCount}`, made++));
        return () => inFlight(envelopes, atOnce, (envelope, index) => send(bus, envelope, index));
      },
      applied: async () => (await numberFrom(client, "select count(*) as n from town.inbox")) - founding,
      verify: (enqueued) => verify(client, { enqueued, founding }),
      async close() {
        await service.stop();
        await bus.close();
      },
    };
  },
};

async function send(bus: Bus, envelope: Envelope, index: number): Promise<void> {
  await publishCommand(bus, createBead, envelope);
  if (index % duplicateEvery !== 0) return;
  const subject = subjectOf(createBead, envelope.townid);
  await publishRaw(bus, { subject, body: JSON.stringify(envelope), id: `again-${envelope.id}` });
}

/** Every command has one effect of each kind: bead, verdict, history, log, and an event that was published. */
async function verify(client: Client, { enqueued, founding }: { enqueued: number; founding: number }): Promise<void> {
  const count = (query: string): Promise<number> => numberFrom(client, `select count(*) as n from town.${query}`);
  expectNumber("beads", await count("beads where type = 'issue'"), enqueued);
  expectNumber("verdicts", await count("inbox where outcome = 'applied'"), enqueued + founding);
  expectNumber("entries in histories", await count("bead_history where type = 'bead.created'"), enqueued);
  expectNumber("entries in logs", await count("log where type = 'town.bead.create'"), enqueued);
  expectNumber("events", await count("outbox where kind = 'event' and subject like '%.bead.created'"), enqueued);
  await eventually(async () => expectNumber("events that wait", await count("outbox where sent_at is null"), 0), {
    timeoutMs: 60_000,
  });
}
