// JetStream into Postgres as directly as it goes with the same promises: every shard in order, each message once.
import { jetstream, type JsMsg } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Pool } from "pg";
import type { Job } from "../contender.ts";

const shards = 32;
const groupsAtOnce = 2;
const pool = new Pool({ connectionString: process.env["DATABASE_URL"] ?? "", max: groupsAtOnce });
const connection = await connect({ servers: process.env["NATS_URL"] ?? "" });
const stream = jetstream(connection);
const waiting: JsMsg[] = [];
let running = 0;

const insertGroup = {
  name: "insert-group",
  text: `
    with jobs as (select * from json_to_recordset($1::json) as jobs (id text, town text, job jsonb)),
    fresh as (insert into inbox (id) select id from jobs on conflict do nothing returning id)
    insert into effects (id, town, job) select id, town, job from jobs join fresh using (id)`,
};

async function commitGroups(): Promise<void> {
  if (running >= groupsAtOnce || waiting.length === 0) return;
  running++;
  const group = waiting.splice(0);
  const jobs = group.map((message) => {
    const job = message.json<Job>();
    return { id: job.id, town: job.town, job };
  });
  await pool.query({ ...insertGroup, values: [JSON.stringify(jobs)] });
  for (const message of group) message.ack();
  running--;
  await commitGroups();
}

async function follow(shard: number): Promise<void> {
  const consumer = await stream.consumers.get("CMD_TOWN", `town-${shard}`);
  const messages = await consumer.consume({ max_messages: 1 });
  void (async () => {
    for await (const message of messages) {
      waiting.push(message);
      setImmediate(() => void commitGroups());
    }
  })();
}

await Promise.all(Array.from({ length: shards }, (_, shard) => follow(shard)));
process.once("SIGTERM", () => process.exit(0));
process.send?.("ready");
