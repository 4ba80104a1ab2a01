import { PgBoss } from "pg-boss";
import { expectNumber, jobOf, numberFrom, type Contender } from "../contender.ts";
import { effectsTable } from "../effects-table.ts";
import { startWorker } from "../worker-process.ts";

const batch = 1_000;

/** pg-boss: every job a one-row insert, which is a transaction of its own. */
export const pgBoss: Contender = {
  name: "pg-boss",
  how: "4 workers fetch 200 at a time, without a pause while batches are full; 24 connections for the inserts; enqueued 1,000 at a time",
  async open({ databaseUrl, client }) {
    await client.query(effectsTable);
    const worker = await startWorker(new URL("../workers/pg-boss-worker.ts", import.meta.url), {
      env: { DATABASE_URL: databaseUrl },
    });
    const boss = new PgBoss({ connectionString: databaseUrl, supervise: false, schedule: false });
    boss.on("error", (error) => void process.stderr.write(`pg-boss: ${error.message}\n`));
    await boss.start();
    let made = 0;
    return {
      prepare(count) {
        const jobs = Array.from({ length: count }, () => ({ data: jobOf(made++) }));
        return async () => {
          for (let at = 0; at < count; at += batch) await boss.insert("effect", jobs.slice(at, at + batch));
        };
      },
      applied: () => numberFrom(client, "select count(*) as n from pgboss.job where state = 'completed'"),
      async verify(enqueued) {
        expectNumber("effects", await numberFrom(client, "select count(*) as n from effects"), enqueued);
      },
      async close() {
        await boss.stop({ graceful: false });
        await worker.stop();
      },
    };
  },
};
