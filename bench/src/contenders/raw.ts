import { connectBus, provision } from "@gastown/bus";
import { jetstream } from "@nats-io/jetstream";
import { headers } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { bodyText, expectNumber, inFlight, jobOf, numberFrom, type Contender } from "../contender.ts";
import { silent } from "../silent.ts";
import { effectsTable } from "../effects-table.ts";
import { startWorker } from "../worker-process.ts";

const atOnce = 64;

/** JetStream and Postgres with nothing of ours between them: what the town service could reach if deciding cost nothing. */
export const raw: Contender = {
  name: "raw JetStream + Postgres",
  how: "the same 32 shards, one message each at a time, committed in groups: an inbox row and a one-row insert each, one statement a group; 64 publishes in flight",
  async open({ natsUrl, databaseUrl, client }) {
    await client.query(
      `${effectsTable}; create table inbox (id text primary key, at timestamptz not null default now())`,
    );
    const bus = await connectBus({ servers: natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
    await provision(bus, { logger: silent });
    await bus.close();
    const worker = await startWorker(new URL("../workers/raw-worker.ts", import.meta.url), {
      env: { DATABASE_URL: databaseUrl, NATS_URL: natsUrl },
    });
    const connection = await connect({ servers: natsUrl });
    const stream = jetstream(connection);
    let made = 0;
    return {
      prepare(count) {
        const jobs = Array.from({ length: count }, () => jobOf(made++));
        const messages = jobs.map((job) => ({ job, body: JSON.stringify(job) }));
        return () =>
          inFlight(messages, atOnce, ({ job, body }) => {
            const fields = headers();
            fields.set("Nats-Msg-Id", job.id);
            return stream.publish(`cmd.town.${job.town}.bead.create`, body, { headers: fields });
          });
      },
      applied: () => numberFrom(client, "select count(*) as n from inbox"),
      async verify(enqueued) {
        expectNumber("inbox rows", await numberFrom(client, "select count(*) as n from inbox"), enqueued);
        expectNumber("effects", await numberFrom(client, "select count(*) as n from effects"), enqueued);
        expectNumber(
          "bodies",
          await numberFrom(client, "select count(*) as n from effects where job->>'body' = $1", [bodyText]),
          enqueued,
        );
      },
      async close() {
        await worker.stop();
        await connection.close();
      },
    };
  },
};
