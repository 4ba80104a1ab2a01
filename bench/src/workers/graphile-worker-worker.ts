// Works for graphile-worker: one insert, and so one transaction, for each job.
import { Logger, run } from "graphile-worker";
import { Pool } from "pg";
import type { Job } from "../contender.ts";
import { insertEffect } from "../effects-table.ts";

const connectionString = process.env["DATABASE_URL"] ?? "";
const pool = new Pool({ connectionString, max: 24 });
await run({
  connectionString,
  logger: new Logger(() => () => {}),
  noHandleSignals: true,
  taskList: {
    effect: async (payload) => {
      const job = payload as Job;
      await pool.query({ ...insertEffect, values: [job.id, job.town, JSON.stringify(job)] });
    },
  },
  preset: {
    worker: {
      concurrentJobs: 24,
      maxPoolSize: 12,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
});
process.once("SIGTERM", () => process.exit(0));
process.send?.("ready");
