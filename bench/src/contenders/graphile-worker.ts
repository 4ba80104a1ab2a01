import { Logger, makeWorkerUtils } from "graphile-worker";
import { expectNumber, jobOf, numberFrom, type Contender } from "../contender.ts";
import { effectsTable } from "../effects-table.ts";
import { startWorker } from "../worker-process.ts";

const batch = 1_000;

/** graphile-worker: every job a one-row insert, which is a transaction of its own. */
export const graphileWorker: Contender = {
  name: "graphile-worker",
  how: "24 jobs at once, 500 fetched at a time (localQueue), completions batched (completeJobBatchDelay 0); 24 connections for the inserts; enqueued 1,000 at a time",
  async open({ databaseUrl, client }) {
    await client.query(effectsTable);
    const worker = await startWorker(new URL("../workers/graphile-worker-worker.ts", import.meta.url), {
      env: { DATABASE_URL: databaseUrl },
    });
    const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger: new Logger(() => () => {}) });
    let made = 0;
    return {
      prepare(count) {
        const jobs = Array.from({ length: count }, () => ({ identifier: "effect", payload: jobOf(made++) }));
        return async () => {
          for (let at = 0; at < count; at += batch) await utils.addJobs(jobs.slice(at, at + batch));
        };
      },
      // A job that is done is deleted.
      applied: () =>
        numberFrom(
          client,
          "select least((select count(*) from effects), $1 - (select count(*) from graphile_worker._private_jobs)) as n",
          [made],
        ),
      async verify(enqueued) {
        expectNumber("effects", await numberFrom(client, "select count(*) as n from effects"), enqueued);
      },
      async close() {
        await utils.release();
        await worker.stop();
      },
    };
  },
};
