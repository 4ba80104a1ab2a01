// Works for pg-boss: one insert, and so one transaction, for each job.
import { Pool } from "pg";
import { PgBoss } from "pg-boss";
import type { Job } from "../contender.ts";
import { insertEffect } from "../effects-table.ts";

const connectionString = process.env["DATABASE_URL"] ?? "";
const pool = new Pool({ connectionString, max: 24 });
const boss = new PgBoss({ connectionString, max: 10, schedule: false });
boss.on("error", (error) => void process.stderr.write(`pg-boss: ${error.message}\n`));
await boss.start();
await boss.createQueue("effect");
const options = { batchSize: 200, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
await boss.work<Job, void, typeof options>("effect", options, async (jobs) => {
  await Promise.all(
    jobs.map(({ data }) => pool.query({ ...insertEffect, values: [data.id, data.town, JSON.stringify(data)] })),
  );
});
process.once("SIGTERM", () => process.exit(0));
process.send?.("ready");
